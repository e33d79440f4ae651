/**
 * How well wrong labels are found: the suspicion against each single score, the methods of others and the best that the embeddings allow, on one set
 * of embeddings and the same trusted images, under human and synthetic label noise. One file per trial is kept, so that a bench that was
 * cut short goes on where it stopped.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareWithCleanlab } from './detection/cleanlab.ts';
import { conditions, drawTrial, type Condition } from './detection/conditions.ts';
import {
  embedderNames,
  loadDataset,
  sharedDataFolder,
  type EmbedderName,
  type LabelledVectors,
} from './detection/datasets.ts';
import { scoreOthers, scoreTrial, selfTest } from './detection/methods.ts';
import { judgeOthers, judgeSelfTest, judgeTrial, type OthersResult, type TrialResult } from './detection/quality.ts';
import { printSummary, writeReport } from './detection/report.ts';
import type { SelfTest } from './detection/self-test-table.ts';

const usualPerClass = 10;
const otherPerClass = [1, 3, 30];

const usage = `npm run bench -- detection [options]
  --data DIR        folder of class folders, labels taken to be right (repeatable; ../shared/data/cifar10n-5k unless given)
  --noise NAME      condition (repeatable; all unless given): ${conditions.map(({ name }) => name).join(', ')}
  --embedder NAME   ${embedderNames.join(' or ')} (repeatable; backbone unless given)
  --per-class N     trusted images per class (10; without --noise also 1, 3 and 30 for two conditions)
  --seeds N         draws of noise and trusted images (3)
  --results DIR     one JSON file per trial, found ones are not computed again. After a change of the recipe remove all
                    but *.others.json, which hold the rivals and the oracle
  --cleanlab        only hold our version of cleanlab's methods against cleanlab in Python (TOUCHSTONE_PYTHON) on the same vectors
  --write           bring docs/benchmarks.md and docs/images/detection.svg up to all that is in the results folder`;

/** Fails where a wanted figure is missed. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', multiple: true, default: [path.join(sharedDataFolder, 'cifar10n-5k')] },
      noise: { type: 'string', multiple: true, default: [] },
      embedder: { type: 'string', multiple: true, default: ['backbone'] },
      'per-class': { type: 'string' },
      seeds: { type: 'string', default: '3' },
      results: { type: 'string', default: path.join(tmpdir(), 'touchstone-bench-detection') },
      cleanlab: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  mkdirSync(values.results, { recursive: true });
  const results: Measured[] = [];
  const chosen = embedderNames.filter((name) => values.embedder.includes(name));
  for (const folder of values.data) {
    for (const embedder of chosen) {
      const data = await loadDataset(folder, embedder);
      if (values.cleanlab) {
        await compareWithCleanlab(data);
        continue;
      }
      for (const { condition, perClass, seed } of plan(data, values.noise, values['per-class'], Number(values.seeds))) {
        results.push(await measure(data, embedder, condition, perClass, seed, values.results));
      }
    }
  }
  printSummary(
    results.map(({ trial }) => trial),
    results.map(({ selfTest }) => selfTest),
  );
  if (values.write) writeReport(values.results);
}

interface Draw {
  readonly condition: Condition;
  readonly perClass: number;
  readonly seed: number;
}

/** The usual conditions first, every one once before any of them a second time. */
function plan(
  data: LabelledVectors,
  names: readonly string[],
  perClass: string | undefined,
  seedCount: number,
): Draw[] {
  const seeds = Array.from({ length: seedCount }, (_, index) => index + 1);
  const possible = conditions.filter((condition) => {
    if (names.length > 0) return names.includes(condition.name);
    return data.human !== null || (condition.needsHumanLabels !== true && condition.tailRatio === undefined);
  });
  const usual = seeds.flatMap((seed) =>
    possible.map((condition) => ({ condition, perClass: Number(perClass ?? usualPerClass), seed })),
  );
  if (names.length > 0 || perClass !== undefined || data.human === null) return usual;
  const varied = possible.filter(({ variesTrusted }) => variesTrusted);
  const others = seeds.flatMap((seed) =>
    varied.flatMap((condition) => otherPerClass.map((count) => ({ condition, perClass: count, seed }))),
  );
  return [...usual, ...others];
}

interface Measured {
  readonly trial: TrialResult;
  readonly selfTest: SelfTest;
}

async function measure(
  data: LabelledVectors,
  embedder: EmbedderName,
  condition: Condition,
  perClass: number,
  seed: number,
  folder: string,
): Promise<Measured> {
  const key = { data: data.name, embedder, condition: condition.name, perClass, seed };
  const file = path.join(folder, `${Object.values(key).join('_')}.json`);
  const [othersFile, selfTestFile] = [file.replace(/json$/, 'others.json'), file.replace(/json$/, 'self-test.json')];
  const [known, knownTest] = [readFile<TrialResult>(file), readFile<SelfTest>(selfTestFile)];
  if (known !== null && knownTest !== null) return { trial: known, selfTest: knownTest };
  const trial = drawTrial(data, condition, seed, perClass);
  const scored = await scoreTrial(trial, seed);
  const others = readFile<OthersResult>(othersFile) ?? judgeOthers(trial, await scoreOthers(trial, seed));
  writeFileSync(othersFile, JSON.stringify(others, null, 1));
  const result = known ?? { ...key, ...judgeTrial(trial, scored), ...others };
  const planted = await selfTest(trial, scored.ranking, seed);
  const selfTested: SelfTest = { ...key, ...judgeSelfTest(trial, scored.ranking, planted) };
  writeFileSync(selfTestFile, JSON.stringify(selfTested, null, 1));
  writeFileSync(file, JSON.stringify(result, null, 1));
  const [best = 'none'] = Object.keys(result.rivals).sort((a, b) => result.rivals[b]!.auroc - result.rivals[a]!.auroc);
  console.log(
    `${Object.values(key).join(' ')}: suspicion ${result.ours['suspicion']!.auroc.toFixed(4)}, ` +
      `best rival ${best} ${result.rivals[best]?.auroc.toFixed(4)}, oracle ${result.oracle.auroc.toFixed(4)}`,
  );
  return { trial: result, selfTest: selfTested };
}

function readFile<Content>(file: string): Content | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Content;
  } catch {
    return null;
  }
}
