/** Which measures are odd enough to look at, and in which words. The limits are stated in every reason, so that they can be doubted. */
import type { PictureMeasures } from './measure-picture.ts';

export const qualityKinds = ['blurred', 'dark', 'bright', 'odd-aspect', 'low-information'] as const;
export type QualityKind = (typeof qualityKinds)[number];

/** Chosen on photographs: beyond them, people call most pictures bad. */
const qualityLimits = {
  /** `bright` below: even the brightest parts are dark. */
  dark: 0.25,
  /** `dark` above: even the darkest parts are bright. */
  bright: 0.8,
  /** Bits. */
  information: 1.5,
  sharpness: 0.004,
  /** Longer over shorter side. */
  aspect: 3,
} as const;

/**
 * A kind that more than this share of all pictures has says something about the domain (night, X-rays, spectra), not about single
 * pictures: it is left out.
 */
export const mostOfOneKind = 1 / 3;

export interface QualityFinding {
  readonly kind: QualityKind;
  readonly value: number;
}

/** Every kind that applies. A plain surface is that alone: it has no sharpness, and its brightness is its content. */
export function judgeMeasures(measures: PictureMeasures): readonly QualityFinding[] {
  const { bright, dark, information, sharpness, aspect } = measures;
  const findings: QualityFinding[] = [];
  if (aspect > qualityLimits.aspect) findings.push({ kind: 'odd-aspect', value: aspect });
  if (information < qualityLimits.information) return [...findings, { kind: 'low-information', value: information }];
  if (bright < qualityLimits.dark) findings.push({ kind: 'dark', value: bright });
  if (dark > qualityLimits.bright) findings.push({ kind: 'bright', value: dark });
  if (sharpness < qualityLimits.sharpness) findings.push({ kind: 'blurred', value: sharpness });
  return findings;
}

/** A sentence with the measured value and the limit. */
export function qualityReason(kind: QualityKind, value: number): string {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  switch (kind) {
    case 'blurred':
      return `Hardly any fine detail: sharpness ${value.toFixed(4)}, suspicious below ${qualityLimits.sharpness}.`;
    case 'dark':
      return `Very dark: 95 % of it is below ${percent(value)} of full brightness, suspicious below ${percent(qualityLimits.dark)}.`;
    case 'bright':
      return `Very bright: 95 % of it is above ${percent(value)} of full brightness, suspicious above ${percent(qualityLimits.bright)}.`;
    case 'odd-aspect':
      return `An unusual shape: one side is ${value.toFixed(1)} times the other, suspicious above ${qualityLimits.aspect}.`;
    case 'low-information':
      return `Almost nothing to see: ${value.toFixed(1)} bits of grey values, suspicious below ${qualityLimits.information}.`;
  }
}
