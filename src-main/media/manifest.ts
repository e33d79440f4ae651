/**
 * Reads manifests: files that say which label each image has. CSV (comma, semicolon or tab) and JSON lines, both UTF-8, both row
 * by row, so that neither a long file nor one endless line has to fit into memory.
 */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { TouchstoneError } from '../core/errors.ts';
import { describeSystemError, systemCode } from './file-system-errors.ts';

export interface ManifestRow {
  /** From 1, where the row begins. */
  readonly line: number;
  /** As written; empty where the row names no file. */
  readonly path: string;
  /** As written, without surrounding white space; empty where the row has none. */
  readonly label: string;
}

/** Names of the columns (or JSON fields) that are understood, the preferred one first. Compared without case. */
const pathColumns = ['path', 'file_name', 'filename', 'file', 'image', 'image_path'];
const labelColumns = ['label', 'given_label', 'class', 'class_name', 'category'];

/** A row longer than this is not a path and a label. */
const longestRowBytes = 1024 * 1024;

/**
 * Yields the manifest's rows in order.
 *
 * @throws {TouchstoneError} `manifest-invalid` with file and line: no such file, not UTF-8, no header or no such columns, quotes
 * that never close, a row that is too long, a line that is not a JSON object.
 */
export async function* readManifest(file: string, kind: 'csv' | 'jsonl'): AsyncGenerator<ManifestRow> {
  const rows = kind === 'csv' ? readCsv(file) : readJsonLines(file);
  try {
    yield* rows;
  } catch (error) {
    throw asManifestError(file, error);
  }
}

/** True where the manifest's header (or first object) names a path and a label; false for captions and the like. */
export async function hasLabels(file: string, kind: 'csv' | 'jsonl'): Promise<boolean> {
  const rows = readManifest(file, kind);
  try {
    await rows.next();
    return true;
  } catch (error) {
    if (error instanceof TouchstoneError && typeof error.details['missing'] === 'string') return false;
    throw error;
  } finally {
    await rows.return(undefined);
  }
}

// ---- CSV -------------------------------------------------------------------------------------------------------------

async function* readCsv(file: string): AsyncGenerator<ManifestRow> {
  const chunks = readText(file);
  const first = await chunks.next();
  const start = first.done === true ? '' : first.value;
  const parser = parse({
    delimiter: detectDelimiter(start),
    info: true,
    max_record_size: longestRowBytes,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const source = Readable.from(prepend(start, chunks));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let columns: { readonly path: number; readonly label: number } | null = null;
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (columns === null) columns = findColumns(file, record);
      else yield { line, path: record[columns.path] ?? '', label: (record[columns.label] ?? '').trim() };
      line = info.lines + 1;
    }
  } finally {
    source.destroy();
  }
  if (columns === null) throw invalid(file, 1, 'it is empty. Its first line must name the columns path and label');
}

async function* prepend(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start;
  yield* rest;
}

/** The one of comma, semicolon and tab that the first line holds most of, quoted parts aside. */
function detectDelimiter(start: string): string {
  const header = (/^[^\r\n]*/.exec(start)?.[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function findColumns(file: string, header: readonly string[]): { readonly path: number; readonly label: number } {
  const names = header.map((name) => name.trim().toLowerCase());
  const place = (known: readonly string[], missing: string): number => {
    const name = known.find((candidate) => names.includes(candidate));
    if (name !== undefined) return names.indexOf(name);
    const found = shorten(header.join(', '));
    throw invalid(
      file,
      1,
      `no column is called "${missing}" (found: ${found}). Its first line must name path and label`,
      missing,
    );
  };
  return { path: place(pathColumns, 'path'), label: place(labelColumns, 'label') };
}

// ---- JSON lines ------------------------------------------------------------------------------------------------------

async function* readJsonLines(file: string): AsyncGenerator<ManifestRow> {
  let line = 0;
  for await (const text of splitLines(file, readText(file))) {
    line += 1;
    if (text.trim() !== '') yield { line, ...readJsonRow(file, line, text) };
  }
}

function readJsonRow(file: string, line: number, text: string): { readonly path: string; readonly label: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(file, line, `it is not JSON: ${shorten(text)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(file, line, 'it is not a JSON object like {"path": "a.jpg", "label": "cat"}');
  }
  const fields = new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field as unknown]));
  const take = (known: readonly string[], missing: string): string => {
    const name = known.find((candidate) => fields.has(candidate));
    if (name === undefined) throw invalid(file, line, `it has no field called "${missing}"`, missing);
    return fieldText(fields.get(name), file, line, name);
  };
  return { path: take(pathColumns, 'path'), label: take(labelColumns, 'label').trim() };
}

function fieldText(value: unknown, file: string, line: number, name: string): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalid(file, line, `its field "${name}" is neither a text nor a number`);
}

async function* splitLines(file: string, chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let line = 1;
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    line += lines.length;
    if (rest.length > longestRowBytes) throw invalid(file, line, 'it is longer than a megabyte');
  }
  if (rest !== '') yield rest;
}

// ---- both ------------------------------------------------------------------------------------------------------------

/** The file's text in pieces, without a byte order mark. Bytes that are not UTF-8 are an error: guessing would garble labels. */
async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    yield decode(chunk);
    line += chunk.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
  }
  yield decode();

  function decode(chunk?: Buffer): string {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw invalid(file, line, 'from here on it is not UTF-8. Save it as "CSV UTF-8" or plain UTF-8 text');
    }
  }
}

function asManifestError(file: string, error: unknown): unknown {
  if (error instanceof CsvError) return csvError(file, error);
  if (systemCode(error) === null) return error;
  const message = `The manifest ${file} cannot be read: ${describeSystemError(error)}.`;
  return new TouchstoneError('manifest-invalid', message, { details: { file }, cause: error });
}

function csvError(file: string, error: CsvError): TouchstoneError {
  const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
  if (error.code === 'CSV_MAX_RECORD_SIZE') return invalid(file, line, 'a row is longer than a megabyte');
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return invalid(file, line, 'a quote that was opened is never closed');
  return invalid(file, line, `its quotes are wrong (${shorten(error.message)})`);
}

function invalid(file: string, line: number, what: string, missing: string | null = null): TouchstoneError {
  const message = `The manifest ${basename(file)} cannot be used: line ${line}: ${what}.`;
  return new TouchstoneError('manifest-invalid', message, { details: { file, line, missing } });
}

function shorten(text: string): string {
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  return plain.length > 120 ? `${plain.slice(0, 120)}...` : plain;
}
