/** State with a derived value, and what a component is to it: something that makes it and ends. */
export class Counter {
  count = $state(1);
  readonly twice = $derived(this.count * 2);
}

/** Makes a counter within an effect. `end` does what Svelte does when a component goes. */
export function makeWithin(make: () => Counter): { readonly counter: Counter; readonly end: () => void } {
  const made: Counter[] = [];
  const end = $effect.root(() => {
    made.push(make());
  });
  const [counter] = made;
  if (!counter) throw new Error('No counter was made.');
  return { counter, end };
}
