/** A whole preset: every run of its table that is not there yet, then the report. */
import type { EngineChoice, RunSettings } from '../core/reweight/run-settings.ts';
import { throwIfCancelled } from '../core/errors.ts';
import type { EngineEnvironment } from '../engines/known-engines.ts';
import { CellFiles } from './cell-files.ts';
import type { CellResult } from './cell-result.ts';
import type { EmbedPixels } from './data/embed-pictures.ts';
import { embedPictures } from './data/embed-pictures.ts';
import type { DataLocation } from './data/read-pictures.ts';
import type { PictureSets } from './data/pictures.ts';
import { readPictures } from './data/read-pictures.ts';
import type { Preset } from './preset.ts';
import { writeReport } from './report/write-report.ts';
import { cellSettings, runCell } from './run-cell.ts';

export interface ReproduceRequest {
  readonly preset: Preset;
  readonly data: DataLocation;
  readonly outFolder: string;
  /** Share of the paper's steps, in (0, 1]. */
  readonly scale: number;
  /** Each run is done with the seeds 1 to this. */
  readonly seeds: number;
  readonly engine: EngineChoice;
  readonly environment: EngineEnvironment;
  /** Settings that differ from the paper's. */
  readonly overrides: Partial<RunSettings>;
  /** Turns the pictures into vectors, where the overrides name the network `head`. */
  readonly embed?: EmbedPixels;
  /** Only these rows or columns of the table; empty for all. */
  readonly only: readonly string[];
  readonly signal: AbortSignal;
}

export interface ReproduceWatcher {
  onRun(run: {
    readonly row: string;
    readonly column: string;
    readonly seed: number;
    readonly index: number;
    readonly total: number;
  }): void;
  onProgress(progress: { readonly done: number; readonly total: number; readonly accuracy: number | null }): void;
  onResult(result: CellResult, wasThere: boolean): void;
}

export interface Reproduced {
  readonly results: readonly CellResult[];
  /** Files of the report, absolute. */
  readonly files: readonly string[];
}

/** Goes on where an earlier call with the same folder stopped. The report is written anew behind every run. */
export async function reproduce(request: ReproduceRequest, watcher: ReproduceWatcher): Promise<Reproduced> {
  const { preset, signal, only } = request;
  const read = await readPictures(request.data, request.overrides.imageSize ?? preset.pictureSize, { signal });
  const chosen = preset.choose?.(read) ?? read;
  const sets = request.overrides.network === 'head' ? await asVectors(chosen, request) : chosen;
  const isWanted = ({ row, column }: { row: string; column: string }): boolean => {
    const rows = new Set(preset.cells(sets).map((cell) => cell.row));
    const [ofRows, ofColumns] = [only.filter((name) => rows.has(name)), only.filter((name) => !rows.has(name))];
    return (ofRows.length === 0 || ofRows.includes(row)) && (ofColumns.length === 0 || ofColumns.includes(column));
  };
  const cells = preset.cells(sets).filter(isWanted);
  const results: CellResult[] = [];
  let files: readonly string[] = [];
  const total = cells.length * request.seeds;
  // Seeds outermost: a first answer to every question before a second to any.
  for (let seed = 1; seed <= request.seeds; seed++) {
    for (const [at, cell] of cells.entries()) {
      throwIfCancelled(signal);
      watcher.onRun({ row: cell.row, column: cell.column, seed, index: (seed - 1) * cells.length + at, total });
      const experiment = cell.makeExperiment(sets, seed);
      const settings = cellSettings({ ...request, cell, seed }, experiment);
      const kept = new CellFiles(request.outFolder, preset.name, cell, seed);
      const earlier = await kept.finished(settings);
      const result =
        earlier ??
        (await runCell(experiment, {
          ...request,
          ...{ preset: preset.name, cell, seed },
          start: await kept.stopped(settings),
          keep: (run, checkpoint) => kept.keep(run, checkpoint),
          onProgress: (progress) => watcher.onProgress(progress),
        }));
      if (earlier === null) await kept.finish(result);
      results.push(result);
      watcher.onResult(result, earlier !== null);
      if (earlier === null || results.length === total)
        files = await writeReport(request.outFolder, preset, results, request);
    }
  }
  return { results, files };
}

async function asVectors(sets: PictureSets, { embed, signal }: ReproduceRequest): Promise<PictureSets> {
  if (embed === undefined) throw new Error('The network "head" needs something that makes vectors of images.');
  return await embedPictures(sets, embed, { signal });
}
