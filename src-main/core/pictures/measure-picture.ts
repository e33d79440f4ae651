/** What a picture's grey values say of its quality: brightness, contrast, information, sharpness. */

export interface PictureMeasures {
  /** Grey value in [0, 1] that 95 % of the pixels do not exceed: how bright the brightest parts are. */
  readonly bright: number;
  /** Grey value in [0, 1] that 5 % of the pixels do not exceed: how dark the darkest parts are. */
  readonly dark: number;
  /** Entropy of the grey values in 64 steps, in bits: 0 for one plain colour, 6 at most. */
  readonly information: number;
  /**
   * Variance of the Laplacian over that of the grey values. Fine detail and edges raise it, blur takes it away; unlike the bare
   * variance it does not depend on contrast. A sharp photograph has .05 to 1; NaN for a plain surface.
   */
  readonly sharpness: number;
  /** Longer side over shorter side, 1 or more. Of the picture as imported. */
  readonly aspect: number;
}

const steps = 64;
/** Below this standard deviation of the grey values (of 255) there is no detail that could be sharp. */
const leastContrast = 2;
/** What rounding to whole grey values adds to the variance of the Laplacian: 1/12 per pixel, times 4^2 + 4. It would pass for detail. */
const roundingVariance = 20 / 12;

/** grey: uint8 [height, width], the picture made smaller without cropping; fullWidth, fullHeight: pixels as imported. */
export function measurePicture(
  grey: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  { width: fullWidth, height: fullHeight }: { readonly width: number; readonly height: number },
): PictureMeasures {
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value] = (counts[value] ?? 0) + 1;
  return {
    bright: percentile(counts, grey.length, 0.95),
    dark: percentile(counts, grey.length, 0.05),
    information: entropy(counts, grey.length),
    sharpness: sharpnessOf(grey, width, height),
    aspect: Math.max(fullWidth, fullHeight) / Math.max(1, Math.min(fullWidth, fullHeight)),
  };
}

function percentile(counts: Uint32Array, total: number, share: number): number {
  let sum = 0;
  for (let value = 0; value < counts.length; value++) {
    sum += counts[value] ?? 0;
    if (sum >= share * total) return value / 255;
  }
  return 1;
}

function entropy(counts: Uint32Array, total: number): number {
  let bits = 0;
  const perStep = counts.length / steps;
  for (let step = 0; step < steps; step++) {
    let sum = 0;
    for (let value = step * perStep; value < (step + 1) * perStep; value++) sum += counts[value] ?? 0;
    const share = sum / Math.max(1, total);
    if (share > 0) bits -= share * Math.log2(share);
  }
  return bits;
}

function sharpnessOf(grey: Uint8Array, width: number, height: number): number {
  const contrast = varianceOf(grey);
  if (contrast < leastContrast ** 2 || width < 3 || height < 3) return Number.NaN;
  const laplacian = new Float32Array((width - 2) * (height - 2));
  let place = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const around = (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) + (grey[at - width] ?? 0) + (grey[at + width] ?? 0);
      laplacian[place++] = around - 4 * (grey[at] ?? 0);
    }
  }
  return Math.max(0, varianceOf(laplacian) - roundingVariance) / contrast;
}

function varianceOf(values: Uint8Array | Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / Math.max(1, values.length);
  return squares / Math.max(1, values.length) - mean * mean;
}
