/**
 * Makes SQLite look into a file that it refuses for its outline alone: a header that was overwritten gets the one that every project file has,
 * and a file that was cut off gets its old length back, with empty pages where the lost ones were.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { migrate } from '../migrate.ts';

const headerBytes = 100;
const magic = 'SQLite format 3\0';
/** Of the header's fields, numbers with the largest byte first. */
const pageBytesAt = 16;
const changeCounterAt = 24;
const pageCountAt = 28;
const versionValidForAt = 92;

/** A header may say anything: no file is made longer than this many times its length. */
const mostGrowth = 100;

/** Writes to the file: give it a copy. */
export function mendOutline(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    const header = Buffer.alloc(headerBytes);
    if (readSync(descriptor, header, 0, headerBytes, 0) < headerBytes) return;
    if (header.toString('latin1', 0, magic.length) !== magic) freshHeader().copy(header);
    const { size } = fstatSync(descriptor);
    const pageBytes = header.readUInt16BE(pageBytesAt);
    const wanted = header.readUInt32BE(pageCountAt) * pageBytes;
    if (wanted > size && wanted <= size * mostGrowth) ftruncateSync(descriptor, wanted);
    else header.writeUInt32BE(Math.floor(size / pageBytes), pageCountAt);
    header.writeUInt32BE(header.readUInt32BE(changeCounterAt), versionValidForAt);
    writeSync(descriptor, header, 0, headerBytes, 0);
  } finally {
    closeSync(descriptor);
  }
}

/** As a file in WAL mode has it, so that a log beside it is read too. */
function freshHeader(): Buffer {
  const database = new Database(':memory:');
  try {
    migrate(database);
    const header = Buffer.from(database.serialize().subarray(0, headerBytes));
    header.writeUInt32BE(0, pageCountAt);
    header.fill(2, 18, 20);
    return header;
  } finally {
    database.close();
  }
}
