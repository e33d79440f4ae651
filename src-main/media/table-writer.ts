/** Tables of texts and float32 numbers as CSV, NumPy's .npy (a structured array) or Parquet. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import type { TableColumn, TableWriter } from '../services/ports/table-writer.ts';
import { toTouchstoneError } from './file-system-errors.ts';

export function createTableWriter(): TableWriter {
  return {
    write: (file, format, columns) => writeWhole(file, () => encoders[format](columns)),
    writeBytes: (file, content) => writeWhole(file, () => content),
  };
}

const encoders = { csv: encodeCsv, npy: encodeNpy, parquet: encodeParquet } as const;

async function writeWhole(file: string, encode: () => string | Uint8Array): Promise<void> {
  const beside = `${file}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(beside, encode());
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw toTouchstoneError(error, 'write the file', file);
  }
}

/** Numbers with the seven digits that a float32 has; NaN as nothing. */
function encodeCsv(columns: readonly TableColumn[]): string {
  const rows = Array.from({ length: rowCount(columns) }, (_, row) =>
    columns.map(({ values }) => {
      const value = values[row];
      if (typeof value !== 'number') return value ?? '';
      return Number.isNaN(value) ? '' : Number(value.toPrecision(7));
    }),
  );
  return stringify([columns.map(({ name }) => name), ...rows], { quoted_match: '\r' });
}

function encodeParquet(columns: readonly TableColumn[]): Uint8Array {
  const columnData = columns.map(({ name, values }): ColumnSource =>
    values instanceof Float32Array
      ? { name, data: values, type: 'FLOAT', nullable: false }
      : { name, data: [...values], type: 'STRING', nullable: false },
  );
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/**
 * NumPy's format 1.0: magic, version, header length, a Python literal that describes the array, padded to 64 bytes, then the records. Texts are UTF-8
 * bytes of a fixed width per column (`S`), so that no reader has to trust a pickle.
 */
function encodeNpy(columns: readonly TableColumn[]): Uint8Array {
  const fields = columns.map(({ name, values }) => {
    if (values instanceof Float32Array) return { name, type: '<f4', width: 4, values };
    const bytes = values.map((value) => Buffer.from(value));
    const width = bytes.reduce((longest, { length }) => Math.max(longest, length), 1);
    return { name, type: `|S${width}`, width, values: bytes };
  });
  const rows = rowCount(columns);
  const description = fields.map(({ name, type }) => `('${name}', '${type}')`).join(', ');
  const literal = `{'descr': [${description}], 'fortran_order': False, 'shape': (${rows},), }`;
  const headerLength = Math.ceil((10 + literal.length + 1) / 64) * 64 - 10;
  const recordLength = fields.reduce((total, { width }) => total + width, 0);
  const file = Buffer.alloc(10 + headerLength + rows * recordLength);
  file.write('\x93NUMPY\x01\x00', 0, 'latin1');
  file.writeUInt16LE(headerLength, 8);
  file.write(`${literal.padEnd(headerLength - 1)}\n`, 10, 'latin1');
  let start = 10 + headerLength;
  for (let row = 0; row < rows; row++) {
    for (const { values, width } of fields) {
      const value = values[row];
      if (typeof value === 'number') file.writeFloatLE(value, start);
      else value?.copy(file, start);
      start += width;
    }
  }
  return file;
}

function rowCount(columns: readonly TableColumn[]): number {
  return columns[0]?.values.length ?? 0;
}
