/** Holds a lock on a database until it is killed: `hold-lock.ts FILE write|everything`. Says `locked` once it has it. */
import Database from 'better-sqlite3';

const [file, extent] = process.argv.slice(2);
const database = new Database(file);
if (extent === 'everything') database.pragma('locking_mode = EXCLUSIVE');
database.exec('BEGIN EXCLUSIVE');
database.exec('UPDATE project SET name = name');
process.stdout.write('locked\n');
setInterval(() => database.inTransaction, 1_000);
