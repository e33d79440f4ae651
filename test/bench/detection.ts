/**
 * How well wrong labels are found: the suspicion against single scores and rivals' methods, on one set of embeddings and the same trusted
 * images, under human and synthetic label noise.
 */
import { auroc, averagePrecision, precisionAtK, shareToReview } from '../../src-main/core/metrics/ranking-quality.ts';
import { cifar10nFolder, isCifar10nThere, loadCifar10n, type LabelledVectors } from './detection/cifar10n.ts';
import { conditions, drawTrial, type Condition, type Trial } from './detection/conditions.ts';
import { scoreTrial, type TrialScores } from './detection/methods.ts';

const trustedPerClass = 10;

interface Quality {
  readonly auroc: number;
  readonly averagePrecision: number;
  readonly precisionAt100: number;
  readonly shareFor90: number;
}

/**
 * Prints a table per condition; fails where a wanted figure is missed.
 *
 * @param args `--noise NAME` (repeatable; all conditions otherwise), `--seeds N` (3).
 */
export async function run(args: readonly string[]): Promise<void> {
  if (!isCifar10nThere()) {
    console.log(`Skipped: ${cifar10nFolder} is not there.`);
    return;
  }
  const names = args.filter((_, index) => args[index - 1] === '--noise');
  const seedCount = Number(args[args.indexOf('--seeds') + 1] ?? 3) || 3;
  const data = await loadCifar10n();
  for (const condition of conditions) {
    if (names.length === 0 || names.includes(condition.name)) await measure(data, condition, seedCount);
  }
}

async function measure(data: LabelledVectors, condition: Condition, seedCount: number): Promise<void> {
  const bySeed: Map<string, Quality>[] = [];
  console.log(`\n${condition.name}`);
  for (let seed = 1; seed <= seedCount; seed++) {
    const trial = drawTrial(data, condition, seed, trustedPerClass);
    const scored = await scoreTrial(trial, seed);
    bySeed.push(judge(trial, scored));
    console.log(`  seed ${seed}: ${remark(trial, scored)}`);
  }
  console.log(`  mean of ${seedCount} seeds (smallest, largest AUROC):`);
  for (const method of bySeed[0]?.keys() ?? [])
    printMethod(
      method,
      bySeed.map((qualities) => qualities.get(method)!),
    );
  compareWithWanted(condition, bySeed);
}

/** Trusted samples are left out of every figure. */
function judge(trial: Trial, { scores }: TrialScores): Map<string, Quality> {
  const suspects = suspectsOf(trial);
  const isWrong = suspects.map((sample) => (isLabelWrong(trial, sample) ? 1 : 0));
  return new Map(
    Object.entries(scores).map(([method, all]) => {
      const values = suspects.map((sample) => all[sample]!);
      return [
        method,
        {
          auroc: auroc(values, isWrong),
          averagePrecision: averagePrecision(values, isWrong),
          precisionAt100: precisionAtK(values, isWrong, 100),
          shareFor90: shareToReview(values, isWrong, 0.9),
        },
      ];
    }),
  );
}

function remark(trial: Trial, { ranking, rankingSeconds }: TrialScores): string {
  const wrong = suspectsOf(trial).filter((sample) => isLabelWrong(trial, sample));
  const right = wrong.filter((sample) => ranking.suggested[sample] === trial.truth[sample]);
  const suggestion = `suggestion right for ${((100 * right.length) / wrong.length).toFixed(1)} % of ${wrong.length} errors`;
  return `${suggestion}; estimated ${ranking.estimatedErrorCount.toFixed(0)}; ranked in ${rankingSeconds.toFixed(1)} s`;
}

function suspectsOf({ labels, trusted }: Trial): number[] {
  const isTrusted = new Set(trusted);
  return [...labels.keys()].filter((sample) => !isTrusted.has(sample));
}

function isLabelWrong({ labels, truth }: Trial, sample: number): boolean {
  return labels[sample] !== truth[sample];
}

function printMethod(method: string, qualities: readonly Quality[]): void {
  const aurocs = qualities.map((quality) => quality.auroc);
  const cells = [
    `AUROC ${mean(aurocs).toFixed(4)} (${Math.min(...aurocs).toFixed(4)}, ${Math.max(...aurocs).toFixed(4)})`,
    `AP ${mean(qualities.map((quality) => quality.averagePrecision)).toFixed(3)}`,
    `precision at 100 ${mean(qualities.map((quality) => quality.precisionAt100)).toFixed(2)}`,
    `review ${(100 * mean(qualities.map((quality) => quality.shareFor90))).toFixed(1)} % for 90 % of the errors`,
  ];
  console.log(`  ${method.padEnd(20)}${cells.join('  ')}`);
}

function compareWithWanted({ wanted }: Condition, bySeed: readonly Map<string, Quality>[]): void {
  if (wanted === undefined) return;
  const ours = bySeed.map((qualities) => qualities.get('suspicion')!);
  const reached =
    mean(ours.map((quality) => quality.auroc)) >= wanted.auroc &&
    mean(ours.map((quality) => quality.averagePrecision)) >= (wanted.averagePrecision ?? 0);
  console.log(`  wanted of the suspicion: AUROC ${wanted.auroc}${reached ? ', reached' : ', MISSED'}`);
  if (!reached) process.exitCode = 1;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
