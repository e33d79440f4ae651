/**
 * One import, from listing to problems. Every piece is one short transaction, so that cancelling at any time leaves a
 * consistent project and a second import goes on. The imported folder is only ever read.
 */
import { fatalProblemKinds, type Problem, type SampleId } from '../core/dataset/sample.ts';
import { throwIfCancelled, TouchstoneError } from '../core/errors.ts';
import type { JobControl } from './job-service.ts';
import type { DatasetListing, DatasetReader } from './ports/dataset-reader.ts';
import type { DatasetSource, ProjectStores } from './ports/project-files.ts';
import type { FoundSample, ImportCounts } from './ports/sample-store.ts';
import { yieldToOthers } from './take-turns.ts';

/** Samples per transaction and per turn of the event loop. */
const batchSamples = 500;
const stretchSamples = 5000;

interface KnownSample extends FoundSample {
  readonly id: SampleId;
  readonly isPresent: boolean;
}

export async function runImport(
  stores: ProjectStores,
  reader: DatasetReader,
  source: DatasetSource,
  { signal, report }: JobControl,
): Promise<ImportCounts> {
  const listing = await reader.list(source.folder, source.labels, { signal, onProgress: report });
  if (listing.files.length === 0) throw emptyDataset(source, listing);
  const known = await readKnown(stores, signal);
  const goneFirst = await markUnlisted(stores, listing, known, signal);
  stores.setSource(source);

  const found = await inspectFiles(stores, reader, source, listing, known, { signal, report });
  const goneLater = markUnreadable(stores, found.problems, known);
  stores.samples.replaceProblems([...listing.problems, ...found.problems]);
  const { added, updated, moved, samples } = found;
  return {
    added,
    updated: updated + moved,
    unchanged: samples - added - updated - moved,
    gone: goneFirst + goneLater - moved,
  };
}

function emptyDataset({ folder }: DatasetSource, { problems }: DatasetListing): TouchstoneError {
  const first = problems[0];
  const hint = first ? ` The first of ${problems.length} problems: "${first.path}": ${first.reason}` : '';
  const message = `No image with a label was found in ${folder}. Choose a folder with one folder per class, or a manifest.${hint}`;
  return new TouchstoneError('dataset-empty', message, { details: { folder } });
}

async function readKnown(stores: ProjectStores, signal: AbortSignal): Promise<ReadonlyMap<string, KnownSample>> {
  const names = new Map(stores.samples.classes().map(({ id, name }) => [id, name]));
  const known = new Map<string, KnownSample>();
  let after = 0;
  for (;;) {
    const samples = stores.samples.stretch(after, stretchSamples);
    for (const { givenClassId, presence, ...sample } of samples) {
      const givenLabel = names.get(givenClassId) ?? '';
      known.set(sample.path, { ...sample, givenLabel, isPresent: presence === 'present' });
    }
    if (samples.length < stretchSamples) return known;
    after = samples.at(-1)?.id ?? 0;
    await yieldToOthers();
    throwIfCancelled(signal);
  }
}

/** Comes before the new files are read, so that a moved file is recognised as the gone one under a new path. */
async function markUnlisted(
  stores: ProjectStores,
  { files }: DatasetListing,
  known: ReadonlyMap<string, KnownSample>,
  signal: AbortSignal,
): Promise<number> {
  const listed = new Set(files.map(({ path }) => path));
  const gone = [...known.values()].filter(({ path, isPresent }) => isPresent && !listed.has(path));
  for (let from = 0; from < gone.length; from += stretchSamples) {
    stores.samples.markGone(gone.slice(from, from + stretchSamples).map(({ id }) => id));
    await yieldToOthers();
    throwIfCancelled(signal);
  }
  return gone.length;
}

interface Inspected {
  readonly added: number;
  readonly updated: number;
  readonly moved: number;
  readonly samples: number;
  readonly problems: readonly Problem[];
}

async function inspectFiles(
  stores: ProjectStores,
  reader: DatasetReader,
  { folder }: DatasetSource,
  { files }: DatasetListing,
  known: ReadonlyMap<string, KnownSample>,
  { signal, report }: Pick<JobControl, 'signal' | 'report'>,
): Promise<Inspected> {
  const total = { added: 0, updated: 0, moved: 0, samples: 0 };
  const problems: Problem[] = [];
  let batch: FoundSample[] = [];
  const flush = () => {
    const counts = stores.samples.upsert(batch);
    total.samples += batch.length;
    total.added += counts.added;
    total.updated += counts.updated;
    total.moved += counts.moved;
    batch = [];
  };
  for await (const { found, problem } of reader.inspect(folder, files, known, { signal, onProgress: report })) {
    if (problem) problems.push(problem);
    if (!found) continue;
    if (batch.push(found) < batchSamples) continue;
    flush();
    await yieldToOthers();
    throwIfCancelled(signal);
  }
  throwIfCancelled(signal);
  flush();
  return { ...total, problems };
}

/** Files that were samples and cannot be read any more. */
function markUnreadable(
  stores: ProjectStores,
  problems: readonly Problem[],
  known: ReadonlyMap<string, KnownSample>,
): number {
  const unreadable = problems
    .filter(({ kind }) => fatalProblemKinds.has(kind) && kind !== 'listed-twice')
    .map(({ path }) => known.get(path))
    .filter((sample) => sample?.isPresent === true);
  const ids = unreadable.flatMap((sample) => (sample ? [sample.id] : []));
  if (ids.length > 0) stores.samples.markGone(ids);
  return ids.length;
}
