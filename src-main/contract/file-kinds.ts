/** The kinds of file that a user is asked for, with the endings of their names: for native dialogs and for the pages' own. */

export const fileKinds = {
  manifest: { title: 'CSV, JSON Lines', endings: ['csv', 'jsonl'] },
  'engine-pack': { title: 'Engine packs', endings: ['zst'] },
  model: { title: 'ONNX models', endings: ['onnx'] },
} as const;

export type FileKind = keyof typeof fileKinds;

const kinds = Object.keys(fileKinds) as readonly FileKind[];

export function isFileKind(text: unknown): text is FileKind {
  return kinds.some((kind) => kind === text);
}

/** What a file is by the ending of its name; null for what nobody is asked for. */
export function fileKindOf(name: string): FileKind | null {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return kinds.find((kind) => fileKinds[kind].endings.some((known) => known === ending)) ?? null;
}
