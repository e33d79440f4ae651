/** The services' way to read datasets: lists candidates, then inspects them. */
import type { DatasetReader } from '../services/ports/dataset-reader.ts';
import { listDataset } from './dataset-listing.ts';
import { inspectFiles } from './image-inspection.ts';

export function createDatasetReader(): DatasetReader {
  return { list: listDataset, inspect: inspectFiles };
}
