/** What an export will write, in sentences. */
import type { ExportRequest } from '../../../src-main/contract/methods.ts';
import type { ExportPlanView, ExportResult } from '../../../src-main/contract/payloads.ts';
import { formatBytes, formatCount, formatImages } from '../../lib/format.ts';

type Texts<Name extends string> = Readonly<Record<Name, { readonly text: string; readonly detail: string }>>;

export const formats = ['folders', 'csv', 'jsonl'] as const satisfies readonly ExportRequest['format'][];
export const links = ['copy', 'hard', 'symbolic'] as const satisfies readonly ExportRequest['link'][];

export const formatTexts: Texts<ExportRequest['format']> = {
  folders: { text: 'One folder per class', detail: 'The images themselves, sorted by their final label.' },
  csv: { text: 'CSV list', detail: 'Paths and final labels; the images stay where they are.' },
  jsonl: { text: 'JSON Lines', detail: 'Paths and final labels; the images stay where they are.' },
};

export const linkTexts: Texts<ExportRequest['link']> = {
  copy: { text: 'Copies', detail: 'Takes as much space again. Safe to move anywhere.' },
  hard: { text: 'Hard links', detail: 'Takes no space. On the same disk only; a change to one is a change to both.' },
  symbolic: { text: 'Symbolic links', detail: 'Takes no space. Broken once the originals move.' },
};

/** "1,942 pictures (93 MB): 41 dropped, 17 relabelled, 2 renamed." */
export function planSentence({ files, bytes, dropped, relabelled, renamed }: ExportPlanView): string {
  const size = bytes > 0 ? ` (${formatBytes(bytes)})` : '';
  const changes = [
    [dropped, 'dropped'],
    [relabelled, 'relabelled'],
    [renamed.length, 'renamed'],
  ] as const;
  const said = changes.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  const changed = said.length === 0 ? 'nothing dropped or relabelled yet' : said.join(', ');
  return `${formatImages(files)}${size}: ${changed}.`;
}

/** A list is one file or two, so that fewer were checked than it names pictures. */
export function resultSentence({ files, verified }: ExportResult): string {
  if (verified < files) return `A list of ${formatImages(files)} was written.`;
  return `${formatImages(files)} written, each checked against its original. The originals are unchanged.`;
}
