/** Finds names by the first letters typed. */

/** The names that contain the text, those that begin with it first, then those in which a word does. Keeps the order otherwise. */
export function rankNames<Named extends { readonly name: string }>(
  items: readonly Named[],
  text: string,
): readonly Named[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return items;
  const ranked = items.map((item) => ({ item, rank: rankOf(item.name.toLowerCase(), wanted) }));
  return ranked
    .filter(({ rank }) => rank < 3)
    .sort((left, right) => left.rank - right.rank)
    .map(({ item }) => item);
}

function rankOf(name: string, wanted: string): number {
  if (name.startsWith(wanted)) return 0;
  if (name.split(/[\s_\-.]+/).some((word) => word.startsWith(wanted))) return 1;
  return name.includes(wanted) ? 2 : 3;
}
