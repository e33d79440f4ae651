/** What the colours of the map stand for. Words beside each: colour is never alone. */
import type { ClassCounts } from '../../../src-main/contract/payloads.ts';
import { decisionKinds, type DecisionKind } from '../../../src-main/core/dataset/decision.ts';
import { decisionWords } from '../review/filter-words.ts';
import type { MapData } from './map-data.ts';

export const colourings = ['class', 'suspicion', 'decision'] as const;
export type Colouring = (typeof colourings)[number];

export const colouringWords: Readonly<Record<Colouring, string>> = {
  class: 'Label',
  suspicion: 'Suspicion',
  decision: 'Decision',
};

export type Colour = readonly [red: number, green: number, blue: number];

export interface LegendEntry {
  readonly text: string;
  readonly colour: Colour;
}

/** Classes that are named beside the map. */
const namedClasses = 12;
/** Turns of hue between classes: the golden angle keeps neighbours in the list apart. */
const goldenAngle = 137.508;
const trustedCode = 255;

/** h in degrees, s and l in [0, 1]. */
function fromHsl(h: number, s: number, l: number): Colour {
  const channel = (n: number): number => {
    const k = (n + h / 30) % 12;
    return Math.round(255 * (l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

function classColour(index: number, isDark: boolean): Colour {
  return fromHsl((210 + index * goldenAngle) % 360, 0.7, isDark ? 0.66 : 0.42);
}

/** From striking to the grey of the surface. rank: 0 the most suspicious, 254 the least. */
function suspicionColour(rank: number, isDark: boolean): Colour {
  if (rank > 254) return decisionColour(trustedCode, isDark);
  const heat = (1 - rank / 254) ** 2;
  const [from, to]: readonly [Colour, Colour] = isDark
    ? [
        [96, 96, 96],
        [255, 158, 74],
      ]
    : [
        [168, 168, 168],
        [178, 60, 0],
      ];
  const mix = (place: 0 | 1 | 2): number => Math.round(from[place] + heat * (to[place] - from[place]));
  return [mix(0), mix(1), mix(2)];
}

/** The hues of `styles/tokens.css`, dark and light; those of `both` and `neither` are their own, to be told from kept and dropped. */
const decisionColours: Readonly<Record<DecisionKind | 'none' | 'trusted', readonly [dark: Colour, light: Colour]>> = {
  none: [
    [100, 100, 100],
    [165, 165, 165],
  ],
  keep: [
    [98, 198, 141],
    [23, 112, 63],
  ],
  relabel: [
    [233, 173, 82],
    [138, 82, 0],
  ],
  drop: [
    [244, 125, 116],
    [176, 40, 31],
  ],
  unsure: [
    [220, 220, 220],
    [60, 60, 60],
  ],
  both: [
    [90, 200, 220],
    [0, 110, 130],
  ],
  neither: [
    [230, 130, 200],
    [150, 30, 110],
  ],
  trusted: [
    [191, 165, 255],
    [100, 64, 192],
  ],
};

/** code: 0 none, 1 + index in `decisionKinds`, 255 trusted. */
function decisionColour(code: number, isDark: boolean): Colour {
  const kind = code === trustedCode ? 'trusted' : (decisionKinds[code - 1] ?? 'none');
  return decisionColours[kind][isDark ? 0 : 1];
}

/** The colour of each point, and what to write beside the map. */
export function colourPoints(
  data: MapData,
  colouring: Colouring,
  classes: readonly ClassCounts[],
  isDark: boolean,
): { readonly colourOf: (place: number) => Colour; readonly legend: readonly LegendEntry[] } {
  if (colouring === 'class') {
    const colours = new Map(classes.map(({ classId }, index) => [classId as number, classColour(index, isDark)]));
    const grey = decisionColour(0, isDark);
    const legend = classes.slice(0, namedClasses).map(({ name }, index) => ({
      text: name,
      colour: classColour(index, isDark),
    }));
    return { colourOf: (place) => colours.get(data.classIds[place] ?? 0) ?? grey, legend };
  }
  if (colouring === 'suspicion') {
    const legend = [
      { text: 'most suspicious', colour: suspicionColour(0, isDark) },
      { text: 'least', colour: suspicionColour(254, isDark) },
      { text: 'trusted, or not in the run', colour: suspicionColour(255, isDark) },
    ];
    const colours = Array.from({ length: 256 }, (_, rank) => suspicionColour(rank, isDark));
    return { colourOf: (place) => colours[data.suspicion[place] ?? 255] ?? [0, 0, 0], legend };
  }
  const kinds = decisionKinds.map((kind, index) => ({
    text: decisionWords[kind],
    colour: decisionColour(index + 1, isDark),
  }));
  const legend = [
    { text: decisionWords.none, colour: decisionColour(0, isDark) },
    ...kinds,
    { text: 'trusted', colour: decisionColour(trustedCode, isDark) },
  ];
  return { colourOf: (place) => decisionColour(data.decisions[place] ?? 0, isDark), legend };
}
