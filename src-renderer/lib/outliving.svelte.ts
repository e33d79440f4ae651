/** State that outlives the component that makes it. */
import { untrack } from 'svelte';

/**
 * Makes state whose derived values may be asked for after the component has gone: an answer of the host may come that late, and without
 * this Svelte would give old values and warn.
 */
export function outliving<T>(make: () => T): T {
  let made: { readonly state: T } | null = null;
  $effect.root(() => {
    made = { state: untrack(make) };
  });
  const { state } = made as unknown as { readonly state: T };
  return state;
}
