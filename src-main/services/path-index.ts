/** Every path of the sample index in one lower-case buffer: a million are searched in some tens of milliseconds. */
import type { ProjectStores } from './ports/project-files.ts';
import type { SampleIndex } from './sample-index.ts';
import { yieldToOthers } from './take-turns.ts';

/** Some 5 ms: pages are asked for while this goes on. */
const stretchRows = 2500;
/** Hits between two turns of the event loop. */
const stretchHits = 20_000;
const separator = '\0';

export class PathIndex {
  readonly #bytes: Buffer;
  /** Where each path begins, and at the end the length of the buffer. */
  readonly #starts: Uint32Array;

  constructor(bytes: Buffer, starts: Uint32Array) {
    this.#bytes = bytes;
    this.#starts = starts;
  }

  /** 1 for each position of the sample index whose path holds `text`, ignoring case. */
  async search(text: string): Promise<Uint8Array> {
    const matches = new Uint8Array(this.#starts.length - 1);
    const needle = Buffer.from(text.toLowerCase());
    let hits = 0;
    let found = this.#bytes.indexOf(needle);
    while (found >= 0) {
      const position = this.#positionAt(found);
      matches[position] = 1;
      hits += 1;
      if (hits % stretchHits === 0) await yieldToOthers();
      found = this.#bytes.indexOf(needle, this.#starts[position + 1]);
    }
    return matches;
  }

  #positionAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

export async function loadPathIndex({ samples }: ProjectStores, index: SampleIndex): Promise<PathIndex> {
  const starts = new Uint32Array(index.count + 1);
  const pieces: Buffer[] = [];
  let position = 0;
  let length = 0;
  while (position < index.count) {
    const after = position === 0 ? 0 : index.idAt(position - 1);
    const paths = samples.paths(after, stretchRows);
    // One text for all of them: lowering and encoding each by itself takes three times as long.
    const piece = Buffer.from(paths.join(separator).toLowerCase() + separator);
    let start = 0;
    for (let row = 0; row < paths.length; row++) {
      starts[position++] = length + start;
      start = piece.indexOf(0, start) + 1;
    }
    length += piece.length;
    pieces.push(piece);
    await yieldToOthers();
  }
  starts[index.count] = length;
  return new PathIndex(Buffer.concat(pieces), starts);
}
