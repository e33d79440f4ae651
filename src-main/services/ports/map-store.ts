/** Where the map of the embeddings is kept. */

export interface StoredMap {
  readonly madeAtMs: number;
  /** Ascending, [N]. */
  readonly sampleIds: Uint32Array;
  /** x and y of each in [0, 1], [N, 2]. */
  readonly points: Float32Array;
}

export interface MapStore {
  /** Null before the first one. Throws `project-damaged` where the parts do not fit each other. */
  read(): StoredMap | null;
  replace(map: StoredMap): void;
}
