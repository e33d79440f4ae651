/** Writes tables of an export, as CSV or JSON lines, in stretches so that a million rows take little memory. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { stringify as formatCsv } from 'csv-stringify/sync';
import { TouchstoneError } from '../core/errors.ts';
import { hashFile } from './content-hash.ts';

export interface WrittenFile {
  readonly sizeBytes: number;
}

type Row = Readonly<Record<string, string | number | null>>;

const rowsPerWrite = 2000;

/**
 * Writes rows under the columns of the first one, flushes the file and reads it back. Values stand as they are: a label that begins
 * with `=` must come back as that label, so nothing is escaped for spreadsheets.
 *
 * @throws {TouchstoneError} `export-verification-failed`; file system errors as they come.
 */
export async function writeCsvFile(file: string, rows: readonly Row[]): Promise<WrittenFile> {
  const columns = Object.keys(rows[0] ?? {});
  const header = columns.length > 0 ? toCsv([columns]) : '';
  return await writeText(file, header, rows, (part) => toCsv(part.map((row) => columns.map((name) => row[name]))));
}

/** One JSON object per row; otherwise as writeCsvFile. */
export async function writeJsonLinesFile(file: string, rows: readonly Row[]): Promise<WrittenFile> {
  return await writeText(file, '', rows, (part) => part.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function toCsv(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  // A lone carriage return is not quoted by default, and would end the row for many readers.
  return formatCsv([...rows], { quoted_match: '\r' });
}

async function writeText(
  file: string,
  start: string,
  rows: readonly Row[],
  format: (part: readonly Row[]) => string,
): Promise<WrittenFile> {
  const digest = createHash('sha256');
  const handle = await open(file, 'wx');
  let sizeBytes = 0;
  const write = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    digest.update(bytes);
    sizeBytes += bytes.length;
    await handle.writeFile(bytes);
  };
  try {
    await write(start);
    for (let index = 0; index < rows.length; index += rowsPerWrite) {
      await write(format(rows.slice(index, index + rowsPerWrite)));
    }
    await handle.datasync();
  } finally {
    await handle.close();
  }
  if ((await hashFile(file)) === digest.digest('hex')) return { sizeBytes };
  const message = `${basename(file)} was written, but reads back differently. Check the disk, then export again.`;
  throw new TouchstoneError('export-verification-failed', message, { details: { path: file } });
}
