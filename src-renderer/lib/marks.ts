/** The one sign, name and hue of each state a picture can be in, for grid, charts, chips and badges alike. */
import type { SampleView } from '../../src-main/contract/payloads.ts';

export type MarkKind = 'keep' | 'relabel' | 'drop' | 'unsure' | 'both' | 'neither' | 'trusted';

export interface Mark {
  readonly name: string;
  readonly sign: string;
  /** Name of the colour in `styles/tokens.css`. */
  readonly hue: string;
}

export const marks: Readonly<Record<MarkKind, Mark>> = {
  keep: { name: 'Kept', sign: '\u2713', hue: '--kept' },
  relabel: { name: 'Relabelled', sign: '\u2192', hue: '--relabelled' },
  drop: { name: 'Dropped', sign: '\u00d7', hue: '--dropped' },
  unsure: { name: 'Unsure', sign: '?', hue: '--unsure' },
  both: { name: 'Both labels', sign: '\u0026', hue: '--kept' },
  neither: { name: 'None of the classes', sign: '\u2205', hue: '--dropped' },
  trusted: { name: 'Trusted', sign: '\u2605', hue: '--trusted' },
};

/** The mark a picture carries: its decision, or that it is trusted. Null: nothing said of it. */
export function markOf(sample: Pick<SampleView, 'decision' | 'trustedClassId'>): MarkKind | null {
  return sample.decision ?? (sample.trustedClassId === null ? null : 'trusted');
}
