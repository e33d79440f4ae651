/** Points inside an area drawn by hand. */

/**
 * Whether (x, y) lies within the closed polygon x0, y0, x1, y1, ... (even-odd rule: what is enclosed twice is outside again).
 * Points on the line itself may fall on either side.
 */
export function isInPolygon(polygon: readonly number[], x: number, y: number): boolean {
  let isInside = false;
  const corners = polygon.length >> 1;
  for (let corner = 0, last = corners - 1; corner < corners; last = corner++) {
    const [x1, y1] = [polygon[2 * corner] ?? 0, polygon[2 * corner + 1] ?? 0];
    const [x2, y2] = [polygon[2 * last] ?? 0, polygon[2 * last + 1] ?? 0];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) isInside = !isInside;
  }
  return isInside;
}
