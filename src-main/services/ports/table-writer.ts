/** Writing a table for other programs. */

/** A column of a table: texts, or float32 numbers with NaN for none. */
export interface TableColumn {
  readonly name: string;
  readonly values: readonly string[] | Float32Array;
}

export interface TableWriter {
  /** Whole or not at all; all columns have the same length. `npy` is a structured array with texts as UTF-8 bytes. */
  write(file: string, format: 'csv' | 'npy' | 'parquet', columns: readonly TableColumn[]): Promise<void>;
  /** The same for bytes as they are. */
  writeBytes(file: string, content: Uint8Array): Promise<void>;
}
