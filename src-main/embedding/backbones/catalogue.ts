/**
 * Backbones that can be had for the asking: well-known models under permissive licences, each at one revision that cannot change.
 *
 * An entry without a known SHA-256 must not exist. Those below are what the publishers' own listings give: for ResNet-50 the
 * ONNX Hub manifest (`model_sha`, `model_bytes` in github.com/onnx/models), which also names the layer before the classifier
 * as `features`; for DINOv2 the checksums of onnx-community's revisions, as many projects that pin them have them.
 */
import type { RemoteFile } from '../../downloads/fetch-file.ts';
import type { BackboneDescription, BackboneNotes } from '../backbone-description.ts';

export interface CatalogueEntry {
  /** Name of the file that it becomes. */
  readonly name: string;
  readonly file: RemoteFile;
  /** What is worth knowing before the download, in one sentence. */
  readonly note: string;
  /** Written beside the model. */
  readonly description: Partial<BackboneDescription> & { readonly [K in keyof BackboneNotes]: string };
}

/** Per channel, of ImageNet: what both families were trained with. */
const imageNet = { mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225] } as const;

const dinoV2 = {
  ...imageNet,
  output: 'last_hidden_state',
  pooling: 'first',
  imageSize: 224,
  sizeMultiple: 14,
  licence: 'Apache-2.0',
} as const;

export const catalogue: readonly CatalogueEntry[] = [
  {
    name: 'dinov2-small.onnx',
    file: {
      address:
        'https://huggingface.co/onnx-community/dinov2-small/resolve/8b1f705a3a7f6f062f6bdd21986c1583d3ef105d/onnx/model.onnx',
      sizeBytes: 88_532_934,
      sha256: 'f22797eabf810a75e41de68d378541ebea372122b25c4ce3ef25ff618250c20a',
    },
    note: 'A vision transformer that learned without labels. Vectors of 384 numbers.',
    description: {
      ...dinoV2,
      title: 'DINOv2 small',
      source: 'facebook/dinov2-small, exported by onnx-community (huggingface.co/onnx-community/dinov2-small)',
    },
  },
  {
    name: 'dinov2-small-int8.onnx',
    file: {
      address:
        'https://huggingface.co/onnx-community/dinov2-small/resolve/8b1f705a3a7f6f062f6bdd21986c1583d3ef105d/onnx/model_quantized.onnx',
      sizeBytes: 24_446_700,
      sha256: 'c179f8f7f592449c4c1bca4cd124a7538021428c5ffb89afde9503935b197efb',
    },
    note: 'The same with weights of eight bits: a quarter of the size.',
    description: {
      ...dinoV2,
      title: 'DINOv2 small, 8 bits',
      source: 'facebook/dinov2-small, quantised by onnx-community (huggingface.co/onnx-community/dinov2-small)',
    },
  },
  {
    name: 'dinov2-base.onnx',
    file: {
      address:
        'https://huggingface.co/onnx-community/dinov2-base/resolve/31ef06cac16d5d301c5930d147002a058c85a5e4/onnx/model.onnx',
      sizeBytes: 346_627_111,
      sha256: '320d1012a6fc65b101fc85ca30ee7a47b2e4f6a2e8bd78fb9d7036def0e30cb0',
    },
    note: 'The larger one of the same kind, four times the size. Vectors of 768 numbers.',
    description: {
      ...dinoV2,
      title: 'DINOv2 base',
      source: 'facebook/dinov2-base, exported by onnx-community (huggingface.co/onnx-community/dinov2-base)',
    },
  },
  {
    name: 'resnet-50.onnx',
    file: {
      address:
        'https://huggingface.co/onnxmodelzoo/resnet50-v1-12/resolve/1f95315d8bd3b3ca2ceabe54d274e0cdf5a83bbe/resnet50-v1-12.onnx',
      sizeBytes: 102_576_593,
      sha256: '3f03fdef724b22947eed826f1eef1dc5c34151bb4c37d634f1db89dfa2dd1526',
    },
    note: 'A convolutional network trained on ImageNet. Vectors of 2,048 numbers.',
    description: {
      ...imageNet,
      output: 'resnetv17_pool1_fwd',
      imageSize: 224,
      title: 'ResNet-50',
      licence: 'Apache-2.0',
      source: 'resnet50-v1-12 of the ONNX Model Zoo (github.com/onnx/models)',
    },
  },
];
