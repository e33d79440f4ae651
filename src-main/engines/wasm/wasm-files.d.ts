/** What Vite makes of such an import: the address at which the page finds the file. */
declare module '*.wasm?url' {
  const address: string;
  // eslint-disable-next-line no-restricted-exports -- Vite exports the address so
  export default address;
}
