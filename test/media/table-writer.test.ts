/** Tables as other programs read them: CSV as text, Parquet by an independent reader, .npy by its own format's rules. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTableWriter } from '../../src-main/media/table-writer.ts';

let folder = '';
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'touchstone-tables-'))));
afterEach(() => rm(folder, { recursive: true }));

const columns = [
  { name: 'path', values: ['a/1.png', 'b/grün, "2".png', ''] },
  { name: 'weight', values: Float32Array.of(0.1, 3.25, Number.NaN) },
];

it('CSV: quoted where it must be, seven digits, nothing for no number', async () => {
  const file = path.join(folder, 'deep/er/weights.csv');
  await createTableWriter().write(file, 'csv', columns);
  expect(await readFile(file, 'utf8')).toBe('path,weight\na/1.png,0.1\n"b/grün, ""2"".png",3.25\n,\n');
  expect(await readdir(path.dirname(file))).toEqual(['weights.csv']);
});

it('Parquet: texts and float32 as they were', async () => {
  const file = path.join(folder, 'weights.parquet');
  await createTableWriter().write(file, 'parquet', columns);
  const bytes = await readFile(file);
  const rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
  expect(rows.map(({ path: name }) => name as string)).toEqual(columns[0]?.values);
  expect(rows.map(({ weight }) => weight as number)).toEqual([Math.fround(0.1), 3.25, Number.NaN]);
});

it('.npy: a header that fills 64 bytes, records of texts in UTF-8 and little-endian floats', async () => {
  const file = path.join(folder, 'weights.npy');
  await createTableWriter().write(file, 'npy', columns);
  const bytes = await readFile(file);
  const start = 10 + bytes.readUInt16LE(8);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
  expect(start % 64).toBe(0);
  const width = Buffer.byteLength('b/grün, "2".png');
  const header = bytes.subarray(10, start).toString('latin1');
  expect(header).toMatch(/\n$/);
  expect(header).toContain(`'descr': [('path', '|S${width}'), ('weight', '<f4')]`);
  expect(header).toContain("'fortran_order': False, 'shape': (3,)");
  const record = bytes.subarray(start + width + 4, start + 2 * (width + 4));
  expect(record.subarray(0, width).toString()).toBe('b/grün, "2".png');
  expect(record.readFloatLE(width)).toBe(3.25);
  expect(bytes.length).toBe(start + 3 * (width + 4));
});
