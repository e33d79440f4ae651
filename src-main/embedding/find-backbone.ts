/** Backbones by name: in the user's folder and among those that ship with the app. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { TouchstoneError } from '../core/errors.ts';
import { hashFile } from '../downloads/fetch-file.ts';
import { describeComputation, readBackboneDescription } from './backbone-description.ts';

/** The file of a backbone, and the hashes that name what it computes. */
export interface FoundBackbone {
  readonly file: string;
  readonly fileHash: string;
  /** SHA-256 of the file's hash and the description: another normalisation gives other vectors. */
  readonly cacheKey: string;
}

export class BackboneFinder {
  readonly #folders: readonly string[];
  /** Hashes of backbone files by path, size and time of change. */
  readonly #fileHashes = new Map<string, Promise<string>>();

  /** folders: looked through in this order. */
  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Throws `backbone-invalid` where there is no such file. */
  async find(name: string): Promise<FoundBackbone> {
    return await this.describe(await this.file(name));
  }

  /** Of a model that lies anywhere. */
  async describe(file: string): Promise<FoundBackbone> {
    const stats = await stat(file);
    const version = `${file} ${stats.size} ${stats.mtimeMs}`;
    const hash = this.#fileHashes.get(version) ?? hashFile(file);
    this.#fileHashes.set(version, hash);
    const [fileHash, description] = await Promise.all([hash, readBackboneDescription(file)]);
    const cacheKey = createHash('sha256').update(fileHash).update(describeComputation(description)).digest('hex');
    return { file, fileHash, cacheKey };
  }

  /** The path of a backbone's file. Throws `backbone-invalid` where there is none. */
  async file(name: string): Promise<string> {
    for (const folder of this.#folders) {
      const file = path.join(folder, name);
      const stats = path.basename(name) === name ? await stat(file).catch(() => null) : null;
      if (stats?.isFile() === true) return file;
    }
    throw await this.#unknown(name);
  }

  async #unknown(name: string): Promise<TouchstoneError> {
    const lists = await Promise.all(this.#folders.map((folder) => readdir(folder).catch(() => [])));
    const known = lists.flat().filter((file) => file.endsWith('.onnx') && !file.startsWith('.'));
    const advice = `Choose one of: ${known.join(', ')}. "touchstone backbones" lists more that can be had.`;
    return new TouchstoneError('backbone-invalid', `There is no backbone "${name}". ${advice}`, {
      details: { name, known },
    });
  }
}
