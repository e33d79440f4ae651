/** Finished and stopped runs of a preset as files of one folder: what lets it go on after a stop, and start again with nothing lost. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TouchstoneError } from '../core/errors.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import type { CellResult, PartialRun } from './cell-result.ts';

export class CellFiles {
  readonly #stem: string;

  constructor(folder: string, preset: string, { row, column }: { row: string; column: string }, seed: number) {
    const name = [preset, column, row, `seed-${seed}`].map((part) => part.replace(/[^A-Za-z0-9.+-]+/g, '_')).join('_');
    this.#stem = path.join(folder, 'runs', name);
  }

  /** Null where the run was not finished. Throws `wrong-use` where it was run with other settings. */
  async finished(settings: RunSettings): Promise<CellResult | null> {
    const result = (await this.#readJson('.json')) as CellResult | null;
    if (result !== null) this.#requireSame(result.settings, settings);
    return result;
  }

  async stopped(settings: RunSettings): Promise<{ run: PartialRun; checkpoint: Uint8Array } | null> {
    const run = (await this.#readJson('.part.json')) as PartialRun | null;
    if (run === null) return null;
    this.#requireSame(run.settings, settings);
    // The two files of one stop may be a test apart after a kill; the state counts, and points behind it are measured again.
    const checkpoint = await readFile(`${this.#stem}.part.${run.curve.length}`).catch(() => null);
    return checkpoint === null ? null : { run, checkpoint };
  }

  /** A kill in between leaves the older state or this one. */
  async keep(run: PartialRun, checkpoint: Uint8Array): Promise<void> {
    await write(`${this.#stem}.part.${run.curve.length}`, checkpoint);
    await write(`${this.#stem}.part.json`, JSON.stringify(run));
    await rm(`${this.#stem}.part.${run.curve.length - 1}`, { force: true });
  }

  async finish(result: CellResult): Promise<void> {
    await write(`${this.#stem}.json`, JSON.stringify(result));
    await rm(`${this.#stem}.part.${result.curve.length}`, { force: true });
    await rm(`${this.#stem}.part.json`, { force: true });
  }

  async #readJson(ending: string): Promise<unknown> {
    const file = `${this.#stem}${ending}`;
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) return null;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new TouchstoneError('data-invalid', `${file}: this is no JSON. Delete it, then start again.`, {
        details: { file },
        cause: error,
      });
    }
  }

  #requireSame(earlier: RunSettings, settings: RunSettings): void {
    const changed = Object.entries(settings).filter(
      ([name, value]) =>
        name !== 'engine' && JSON.stringify(earlier[name as keyof RunSettings]) !== JSON.stringify(value),
    );
    if (changed.length === 0) return;
    const names = changed.map(([name]) => name);
    const message = `${this.#stem}.json was made with other settings (${names.join(', ')}). Choose another folder with --out, or delete it.`;
    throw new TouchstoneError('wrong-use', message, { details: { changed: names } });
  }
}

async function write(file: string, content: Uint8Array | string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}
