/** The detection benchmark as a picture: one row per condition, AUROC from .8 to 1 across. */
import { bestRival, mean, type Group } from './report-parts.ts';

const [width, rowHeight, left, right, top, bottom] = [760, 30, 190, 30, 64, 40];
const lowest = 0.8;

/** SVG with light and dark colours of its own, for the README as well. */
export function drawChart(groups: readonly Group[]): string {
  const height = top + groups.length * rowHeight + bottom;
  const x = (auroc: number): number =>
    left + ((Math.max(auroc, lowest) - lowest) / (1 - lowest)) * (width - left - right);
  const ticks = [0.8, 0.85, 0.9, 0.95, 1].map(
    (tick) =>
      `<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${top - 6}" y2="${height - bottom}"/>` +
      `<text x="${x(tick)}" y="${height - bottom + 18}" text-anchor="middle">${tick.toFixed(2)}</text>`,
  );
  const rows = groups.map(({ condition, trials }, index) => {
    const y = top + (index + 0.5) * rowHeight;
    const ours = mean(trials.map((trial) => trial.ours['suspicion']!.auroc));
    const rivals = Object.keys(trials[0]?.rivals ?? {}).map((name) =>
      mean(trials.map((trial) => trial.rivals[name]!.auroc)),
    );
    const best = bestRival(trials).auroc;
    const oracle = mean(trials.map((trial) => trial.oracle.auroc));
    return [
      `<text x="${left - 12}" y="${y + 4}" text-anchor="end">${condition}</text>`,
      `<line class="gain" x1="${x(best)}" x2="${x(ours)}" y1="${y}" y2="${y}"/>`,
      ...rivals.map((auroc) => `<circle class="rival" cx="${x(auroc)}" cy="${y}" r="4"/>`),
      `<line class="oracle" x1="${x(oracle)}" x2="${x(oracle)}" y1="${y - 9}" y2="${y + 9}"/>`,
      `<circle class="ours" cx="${x(ours)}" cy="${y}" r="6"/>`,
    ].join('');
  });
  const legend = [
    `<circle class="ours" cx="${left}" cy="24" r="6"/><text x="${left + 12}" y="28">Touchstone\u2019s suspicion</text>`,
    `<circle class="rival" cx="${left + 190}" cy="24" r="4"/><text x="${left + 200}" y="28">rivals (at .80: or below)</text>`,
    `<line class="oracle" x1="${left + 380}" x2="${left + 380}" y1="15" y2="33"/><text x="${left + 390}" y="28">oracle</text>`,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="AUROC of wrong labels by condition">
<style>
  svg { background: #fff } text { font: 13px system-ui, sans-serif; fill: #222 }
  .grid { stroke: #ddd } .rival { fill: #9aa4b2 } .ours { fill: #1766c2 } .gain { stroke: #1766c2; stroke-width: 2 } .oracle { stroke: #222; stroke-width: 2 }
</style>
${[...ticks, ...rows, ...legend].join('\n')}
</svg>
`;
}
