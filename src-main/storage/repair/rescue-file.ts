/**
 * Makes a sound project file out of a damaged one and the newest backup.
 *
 * Rows come from the damaged file first, since they are newer; the backup adds those whose keys are missing. That is safe because the ids of
 * samples, classes, journal entries and runs are never used again. Caches (the ranked lists) are left for the caller to make anew.
 */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { RescuedTable } from '../../services/ports/project-repair.ts';
import { migrate, schemaVersion } from '../migrate.ts';
import { configure } from '../open-database.ts';
import { ownTables } from '../schema-check.ts';
import { latestVersion } from '../migrations/index.ts';
import { fillGaps } from './fill-gaps.ts';
import { mendOutline } from './mend-outline.ts';
import { readRows, readShape, type TableShape } from './read-rows.ts';

/** Made from sample_scores' arrays; their ids are used again, so rows of two files must not be mixed. */
const derivedTables: ReadonlySet<string> = new Set(['score_blocks']);
/** Written once. A backup's are taken first: SQLite cannot tell a long value out of a damaged page from a sound one. */
const backupFirst: ReadonlySet<string> = new Set(['run_arrays']);
/** Replaced as a whole by each import: either one file's or the other's. Verdicts of a backup are older than the journal. */
const notFromBackup: ReadonlySet<string> = new Set(['problems', 'verdicts']);

/** `damaged` and `backup` are files that may be opened and written to: copies. `target` does not exist yet. */
export interface RescueFiles {
  readonly damaged: string;
  readonly backup: string | null;
  readonly target: string;
  readonly projectFolder: string;
}

export interface RescuedFile {
  readonly tables: readonly RescuedTable[];
  readonly remarks: readonly string[];
}

export function rescueFile({ damaged, backup, target, projectFolder }: RescueFiles): RescuedFile {
  const database = new Database(target);
  try {
    configure(database);
    database.pragma('foreign_keys = OFF');
    // One flush at the end is enough: until then nobody knows of the file.
    database.pragma('synchronous = OFF');
    migrate(database);
    const rescued = database.transaction(() => fill(database, damaged, backup, projectFolder)).immediate();
    database.pragma('synchronous = FULL');
    database.pragma('wal_checkpoint(TRUNCATE)');
    return rescued;
  } finally {
    database.close();
  }
}

function fill(database: Database.Database, damaged: string, backup: string | null, projectFolder: string): RescuedFile {
  const names = ownTables(latestVersion).filter((name) => !derivedTables.has(name));
  const early = backup === null ? null : copyFrom(database, backup, [...backupFirst]);
  const fromDamaged = copyFrom(database, damaged, names);
  const fromBackup =
    backup === null
      ? null
      : copyFrom(
          database,
          backup,
          names.filter((name) => !notFromBackup.has(name)),
          fromDamaged,
        );
  const tables = names.map((table) => ({
    table,
    read: fromDamaged.get(table)?.rows ?? 0,
    fromBackup: (fromBackup?.get(table)?.rows ?? 0) + (early?.get(table)?.rows ?? 0),
    hasLosses: fromDamaged.get(table)?.isWhole !== true,
  }));
  const remarks = fillGaps(database, {
    tables: ownTables(latestVersion),
    folderName: basename(projectFolder) || basename(dirname(projectFolder)),
    hasLostVerdicts: fromDamaged.get('verdicts')?.isWhole !== true,
  });
  return { tables, remarks };
}

interface Copied {
  readonly rows: number;
  readonly isWhole: boolean;
}

/** Copies what `database` lacks. Tables that `done` has as a whole are passed over. A file that cannot even be opened gives nothing. */
function copyFrom(
  database: Database.Database,
  file: string,
  tables: readonly string[],
  done: ReadonlyMap<string, Copied> = new Map(),
): ReadonlyMap<string, Copied> {
  const copied = new Map<string, Copied>();
  if (!existsSync(file)) return copied;
  let source: Database.Database | null = null;
  try {
    source = openSource(file);
    for (const table of tables) {
      if (done.get(table)?.isWhole === true) continue;
      copied.set(table, copyTable(source, database, readShape(database, table)));
    }
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
  } finally {
    source?.close();
  }
  return copied;
}

/** A file of an older format is brought up to date first, where it still can be. */
function openSource(file: string): Database.Database {
  mendOutline(file);
  const source = new Database(file);
  configure(source);
  if (schemaVersion(source) < latestVersion) migrate(source);
  source.pragma('query_only = ON');
  return source;
}

function copyTable(source: Database.Database, database: Database.Database, shape: TableShape): Copied {
  const places = shape.columns.map(() => '?').join(', ');
  const add = database.prepare(`INSERT OR IGNORE INTO ${shape.name} (${shape.columns.join(', ')}) VALUES (${places})`);
  let rows = 0;
  let refused = 0;
  try {
    const isWhole = readRows(source, shape, (row) => {
      try {
        rows += add.run(...row).changes;
      } catch (error) {
        // A value of another type than the column's: the row came out of a damaged page.
        if (!(error instanceof Database.SqliteError)) throw error;
        refused += 1;
      }
    });
    return { rows, isWhole: isWhole && refused === 0 };
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    return { rows, isWhole: false };
  }
}
