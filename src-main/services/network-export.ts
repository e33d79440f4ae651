/** Export of a run's trained network, for use elsewhere: ONNX, or a TensorFlow.js layers model. */
import path from 'node:path';
import type { MethodHandlers } from '../contract/methods.ts';
import type { NetworkExport } from '../contract/payloads.ts';
import type { RunId } from '../core/dataset/sample.ts';
import { isTouchstoneError, TouchstoneError } from '../core/errors.ts';
import { decodeTrainedHead } from '../core/influence/trained-head.ts';
import { decodeNetworkFile } from '../core/network-export/network-file.ts';
import { encodeOnnx } from '../core/network-export/onnx.ts';
import { encodeLayersModel } from '../core/network-export/tfjs-layers.ts';
import { describeTrained, describeTrainedHead, type TrainedNetwork } from '../core/network-export/trained-network.ts';
import { createNetwork } from '../core/network/networks/create-network.ts';
import { headFileName } from './explain-suspect.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { Run } from './ports/run-store.ts';
import type { ServiceContext } from './service-context.ts';
import { chooseRun } from './weights-export.ts';

const channels = 3;

export type NetworkExportMethods = Pick<MethodHandlers, 'export/network'>;

export function networkFileName(runId: RunId): string {
  return `run-${runId}.safetensors`;
}

export function createNetworkExportMethods(context: ServiceContext): NetworkExportMethods {
  const { ports, projects } = context;
  return {
    'export/network': async ({ projectId, target, format, runId }): Promise<NetworkExport> => {
      const { stores } = projects.get(projectId);
      const { info } = stores;
      const place = path.resolve(target);
      await ports.datasetWriter.checkTarget(info.source?.folder ?? info.folder, info.folder, place);
      const run = chooseRun(stores, runId);
      const network = await loadTrained(context, stores, run);
      const files = filesOf(network, format, place);
      for (const { file, content } of files) await ports.tableWriter.writeBytes(file, content);
      return {
        ...{ runId: run.id, network: network.name, classes: network.classNames, input: network.inputNote },
        files: files.map(({ file }) => file),
      };
    },
  };
}

interface OutputFile {
  readonly file: string;
  readonly content: Uint8Array;
}

function filesOf(network: TrainedNetwork, format: 'onnx' | 'tfjs', place: string): readonly OutputFile[] {
  if (format === 'onnx') return [{ file: place, content: encodeOnnx(network) }];
  const { json, weights } = encodeLayersModel(network);
  return [
    { file: path.join(place, 'weights.bin'), content: weights },
    { file: path.join(place, 'model.json'), content: new TextEncoder().encode(json) },
  ];
}

async function loadTrained(
  { ports }: ServiceContext,
  stores: ProjectStores,
  { id, settings, classIds }: Run,
): Promise<TrainedNetwork> {
  const { folder } = stores.info;
  const read = (name: string): Promise<Uint8Array> =>
    ports.checkpointFiles.read(folder, name).catch((error: unknown) => {
      if (!isTouchstoneError(error, 'checkpoint-damaged')) throw error;
      const message = `The trained network of run ${id} was not kept: it is from an older version of the app. Train again.`;
      throw new TouchstoneError('checkpoint-damaged', message, { cause: error });
    });
  const names = new Map<number, string>(stores.samples.classes().map((known) => [known.id, known.name]));
  const classNames = classIds.map((classId) => names.get(classId) ?? '');
  const classCount = classIds.length;
  if (settings.network === 'head') {
    const head = decodeTrainedHead(await read(headFileName(id)));
    const network = createNetwork('head', { inputShape: [head.means.length], classCount }, settings);
    return describeTrainedHead(network, head, classNames, settings.backbone);
  }
  const inputShape = [settings.imageSize, settings.imageSize, channels];
  const network = createNetwork(settings.network, { inputShape, classCount }, settings);
  return describeTrained(network, decodeNetworkFile(await read(networkFileName(id))), classNames);
}
