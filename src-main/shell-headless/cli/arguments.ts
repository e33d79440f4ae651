/** What several commands accept: numbers with limits, sample paths with labels, and CSV files of them. */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { InvalidArgumentError } from 'commander';
import { TouchstoneError } from '../../core/errors.ts';
import type { SampleId } from '../../core/dataset/sample.ts';
import type { ProjectId } from '../../contract/payloads.ts';
import type { CliSession } from './session.ts';

/** For commander: a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least)
      throw new InvalidArgumentError(`Give a whole number of at least ${least}.`);
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

/** Rows of a CSV file with a header line, with the line each came from for error messages. */
export async function readCsvRows(
  file: string,
  columns: readonly string[],
): Promise<readonly { readonly line: number; readonly values: Readonly<Record<string, string>> }[]> {
  const rows: { line: number; values: Record<string, string> }[] = [];
  try {
    const parser = createReadStream(file).pipe(
      parse({ columns: true, bom: true, skip_empty_lines: true, info: true, trim: false }),
    );
    for await (const { record, info } of parser as AsyncIterable<{
      record: Record<string, string>;
      info: { lines: number };
    }>) {
      rows.push({ line: info.lines, values: record });
    }
  } catch (error) {
    throw new TouchstoneError('manifest-invalid', `${file}: cannot be read (${(error as Error).message}).`, {
      details: { file },
      cause: error,
    });
  }
  const missing = columns.filter((column) => rows.length > 0 && !(column in (rows[0]?.values ?? {})));
  if (missing.length > 0) {
    throw new TouchstoneError(
      'manifest-invalid',
      `${file}: has no column ${missing.join(', ')}. The first line must name ${columns.join(',')}.`,
      {
        details: { file, missing },
      },
    );
  }
  return rows;
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
