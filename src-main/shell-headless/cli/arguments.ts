/** What several commands accept: numbers with limits, sample paths with labels, and CSV files of them. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { InvalidArgumentError } from 'commander';
import { isTouchstoneError, TouchstoneError } from '../../core/errors.ts';
import type { SampleId } from '../../core/dataset/sample.ts';
import type { ProjectId } from '../../contract/payloads.ts';
import type { CliSession } from './session.ts';

/** For commander: a whole number of at least `least`, and at most `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`Give a whole number ${range}.`);
    return value;
  };
}

/** For commander: a number greater than zero. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Give a number greater than zero.');
  return value;
}

/** For commander: a number from zero. */
export function notNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('Give a number of at least zero.');
  return value;
}

/** For commander: numbers with commas between them. */
export function numberList(text: string): readonly number[] {
  return text.split(',').map(notNegative);
}

/** Finds the sample of a path as the import spelled it. */
export async function findSample(session: CliSession, projectId: ProjectId, path: string): Promise<SampleId> {
  const normal = path.replaceAll('\\', '/').replace(/^\.\//, '');
  const exact = await session.call('review/find', { projectId, path });
  if (exact.sampleId !== null) return exact.sampleId;
  const { sampleId } = await session.call('review/find', { projectId, path: normal });
  if (sampleId !== null) return sampleId;
  throw new TouchstoneError(
    'image-unknown',
    `${path}: the project has no such image. Give its path relative to the imported folder, as touchstone rank prints it.`,
    { details: { path } },
  );
}

/**
 * Reads `path` or `path=label`. A path may hold `=` itself: the whole argument is tried as a path first, then the part
 * before the last `=`.
 */
export async function parseLabelledPath(
  session: CliSession,
  projectId: ProjectId,
  argument: string,
): Promise<{ readonly sampleId: SampleId; readonly label: string | null }> {
  const whole = await session.call('review/find', { projectId, path: argument });
  if (whole.sampleId !== null) return { sampleId: whole.sampleId, label: null };
  const at = argument.lastIndexOf('=');
  if (at < 0) return { sampleId: await findSample(session, projectId, argument), label: null };
  return { sampleId: await findSample(session, projectId, argument.slice(0, at)), label: argument.slice(at + 1) };
}

type CsvValues = Readonly<Record<string, string>>;
type CsvLine = { readonly record: CsvValues; readonly info: { readonly lines: number } };

/**
 * Reads each row of a CSV file with a header line into something. What is wrong with a row is said with the file and the line.
 *
 * @throws {TouchstoneError} `manifest-invalid` for a file that cannot be read or lacks a column; what `read` throws.
 */
export async function readCsvRows<Row>(
  file: string,
  columns: readonly string[],
  read: (values: CsvValues) => Promise<Row>,
): Promise<readonly Row[]> {
  const lines = await parseCsv(file);
  const missing = columns.filter((column) => lines[0] && !(column in lines[0].record));
  if (missing.length > 0) {
    const message = `${file}: has no column ${missing.join(', ')}. The first line must name ${columns.join(',')}.`;
    throw new TouchstoneError('manifest-invalid', message, { details: { file, missing } });
  }
  const rows: Row[] = [];
  for (const { record, info } of lines) {
    try {
      rows.push(await read(record));
    } catch (error) {
      if (!isTouchstoneError(error)) throw error;
      const details = { ...error.details, file, line: info.lines };
      throw new TouchstoneError(error.code, `${file}, line ${info.lines}: ${error.message}`, { details });
    }
  }
  return rows;
}

async function parseCsv(file: string): Promise<readonly CsvLine[]> {
  const lines: CsvLine[] = [];
  try {
    const parser = parse({ columns: true, bom: true, skip_empty_lines: true, info: true, trim: false });
    // Unlike pipe, it hands on what is wrong with the file itself.
    await pipeline(createReadStream(file), parser, async (parsed: AsyncIterable<CsvLine>) => {
      for await (const line of parsed) lines.push(line);
    });
  } catch (error) {
    const message = `${file}: cannot be read (${(error as Error).message}).`;
    throw new TouchstoneError('manifest-invalid', message, { details: { file }, cause: error });
  }
  return lines;
}

/** A label that the user wrote must be one of the dataset's classes, unless a new one is allowed: a slip must not make a class. */
export function requireClass(
  classes: readonly { readonly classId: number; readonly name: string }[],
  label: string,
): void {
  if (classes.some(({ name }) => name === label)) return;
  const known = classes.map(({ name }) => name);
  throw new TouchstoneError(
    'class-unknown',
    `"${label}" is not a class of this dataset. Known: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', ...' : ''}. ` +
      'Use --new-class to make it one.',
    { details: { label, known } },
  );
}
