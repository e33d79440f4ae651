/** Which Chromium computes, for what a run and a self-check remember; nothing elsewhere. */
export function chromiumVersion(): Readonly<Record<string, string>> {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
  const [, version] = /Chrome\/([\d.]+)/.exec(navigator?.userAgent ?? '') ?? [];
  return version === undefined ? {} : { chromium: version };
}
