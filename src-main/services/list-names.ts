/** Names in a sentence. */
const namesAtMost = 5;

/** Quoted names for a sentence, five at most: a dataset may have hundreds of classes. */
export function listNames(named: readonly { readonly name: string }[]): string {
  const names = named.slice(0, namesAtMost).map(({ name }) => `"${name}"`);
  const rest = named.length - names.length;
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ');
}
