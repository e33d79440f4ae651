/** What a run learned, for use elsewhere: the weights of the pictures or the trained network, written beside the clean copy. No DOM. */
import type { ProjectId } from '../../../src-main/contract/payloads.ts';
import { fileNameFor, joinPath } from '../../lib/path-words.ts';
import type { AppState } from '../frame/app-state.svelte.ts';

export const productNames = ['npy', 'csv', 'parquet', 'onnx', 'tfjs'] as const;
export type ProductName = (typeof productNames)[number];

export const productTexts: Readonly<Record<ProductName, { readonly text: string; readonly detail: string }>> = {
  npy: {
    text: 'Weights for NumPy',
    detail: 'Every image with its label and weight, as one array. The README shows PyTorch reading it.',
  },
  csv: { text: 'Weights as a table', detail: 'The same as CSV, for everything that reads tables.' },
  parquet: { text: 'Weights as Parquet', detail: 'The same, small and typed, for pandas and databases.' },
  onnx: { text: 'Network as ONNX', detail: 'The trained network as one file, for most programs that run networks.' },
  tfjs: { text: 'Network for TensorFlow.js', detail: 'A folder with a layers model, for browsers and Node.' },
};

const endings: Readonly<Record<ProductName, string>> = {
  npy: 'weights.npy',
  csv: 'weights.csv',
  parquet: 'weights.parquet',
  onnx: 'network.onnx',
  tfjs: 'network',
};

export class ElsewhereState {
  readonly app: AppState;
  readonly projectId: ProjectId;
  product = $state<ProductName>('npy');
  isWriting = $state(false);
  /** What was written last. */
  written = $state.raw<readonly string[]>([]);
  readonly isOffered = $derived.by(() => (this.app.project?.runs.finished ?? 0) > 0);

  constructor(app: AppState, projectId: ProjectId) {
    this.app = app;
    this.projectId = projectId;
  }

  choose(product: ProductName): void {
    this.product = product;
    this.written = [];
  }

  /** Into `folder`, under the project's name. The host refuses what is there already. */
  async write(folder: string): Promise<void> {
    if (this.isWriting) return;
    const { projectId, product } = this;
    const target = joinPath(folder, fileNameFor(`${this.app.project?.name ?? 'Images'} ${endings[product]}`));
    this.isWriting = true;
    this.written = [];
    try {
      const { api } = this.app;
      if (product === 'onnx' || product === 'tfjs') {
        const made = await this.app.attempt(api.call('export/network', { projectId, target, format: product }));
        this.written = made?.files ?? [];
      } else {
        const made = await this.app.attempt(api.call('export/weights', { projectId, file: target, format: product }));
        this.written = made === null || made === undefined ? [] : [made.file];
      }
    } finally {
      this.isWriting = false;
    }
  }
}
