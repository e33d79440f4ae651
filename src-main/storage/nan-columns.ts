/** SQLite has no NaN: it is stored as NULL, and comes back through here. */

/** The named columns of a row, NULL as NaN. */
export function readNaNs<Name extends string>(
  row: Readonly<Record<Name, number | null>>,
  names: readonly Name[],
): Record<Name, number> {
  const values: Partial<Record<Name, number>> = {};
  for (const name of names) values[name] = row[name] ?? Number.NaN;
  return values as Record<Name, number>;
}
