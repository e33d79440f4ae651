/**
 * Whether Why speaks the truth: of wrong labels, how many the trusted images speak against by strength, and whether the loudest of them shows
 * the true class; of right labels, how many they speak for. As the app does it, and the ways that it might have.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  gradientNorm,
  pairAlignment,
  pairCosine,
  traceExample,
  traceVoice,
  type ExampleTrace,
} from '../../src-main/core/influence/pair-alignment.ts';
import type { TrainedHead } from '../../src-main/core/influence/trained-head.ts';
import { rankByMargin } from '../factories/rank-by-margin.ts';
import { conditions, drawTrial, type Trial } from './detection/conditions.ts';
import { loadDataset, sharedDataFolder } from './detection/datasets.ts';
import { runTrial } from './detection/methods.ts';

const usual = ['real', 'aggregate', 'uniform-5', 'uniform-20', 'pair-40', 'background-40', 'long-tail-uniform-20'];
const usage = `npm run bench -- why [options]
  --noise NAME   condition (repeatable; unless given: ${usual.join(', ')})
  --per-class N  trusted images per class (10)
  --seeds N      draws of noise and trusted images (2)`;

/** What one trusted image says about one label; above 0 it speaks for it. */
type Voice = (one: ExampleTrace, other: ExampleTrace) => number;
type TraceTrusted = (head: TrainedHead, vector: Float32Array, label: number) => ExampleTrace;

const ways: readonly { readonly name: string; readonly trace: TraceTrusted; readonly voice: Voice }[] = [
  { name: 'alignment', trace: traceExample, voice: pairAlignment },
  { name: 'cosine', trace: traceExample, voice: cosine },
  { name: 'as in the app', trace: traceVoice, voice: cosine },
];

/** Every trace is met thousands of times. */
const norms = new WeakMap<ExampleTrace, number>();

function cosine(one: ExampleTrace, other: ExampleTrace): number {
  return pairCosine(one, other, normOf(one) * normOf(other));
}

function normOf(trace: ExampleTrace): number {
  const norm = norms.get(trace) ?? gradientNorm(trace);
  norms.set(trace, norm);
  return norm;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      noise: { type: 'string', multiple: true, default: usual },
      'per-class': { type: 'string', default: '10' },
      seeds: { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const data = await loadDataset(path.join(sharedDataFolder, 'cifar10n-5k'), 'backbone');
  console.log(
    'condition, way: wrong labels spoken against / loudest against is of the true class / right labels spoken for',
  );
  for (const condition of conditions.filter(({ name }) => values.noise.includes(name))) {
    const found: Judged[][] = ways.map(() => []);
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const trial = drawTrial(data, condition, seed, Number(values['per-class']));
      const head = await trainedHead(trial, seed);
      ways.forEach(({ trace, voice }, way) => found[way]?.push(judge(trial, head, trace, voice)));
    }
    ways.forEach(({ name }, way) => {
      const mean = (of: keyof Judged): string =>
        ((found[way] ?? []).reduce((sum, one) => sum + one[of], 0) / (found[way] ?? []).length).toFixed(3);
      console.log(`${condition.name}, ${name}: ${mean('wrongAgainst')} / ${mean('loudestTrue')} / ${mean('rightFor')}`);
    });
  }
}

async function trainedHead(trial: Trial, seed: number): Promise<TrainedHead> {
  for await (const event of runTrial(trial, seed, rankByMargin)) {
    if (event.kind === 'finished' && event.head !== null) return event.head;
  }
  throw new Error('The run ended without a head.');
}

interface Judged {
  readonly wrongAgainst: number;
  readonly loudestTrue: number;
  readonly rightFor: number;
}

function judge(trial: Trial, head: TrainedHead, traceTrusted: TraceTrusted, voice: Voice): Judged {
  const { vectors, dimensions, labels, truth, trusted } = trial;
  const vectorOf = (sample: number) => vectors.subarray(sample * dimensions, (sample + 1) * dimensions);
  const others = Array.from(trusted, (sample) => traceTrusted(head, vectorOf(sample), labels[sample]!));
  const isTrusted = new Set(trusted);
  const counts = { wrong: 0, right: 0, wrongAgainst: 0, loudestTrue: 0, rightFor: 0 };
  labels.forEach((label, sample) => {
    if (isTrusted.has(sample)) return;
    const trace = traceExample(head, vectorOf(sample), label);
    const voices = others.map((other) => voice(trace, other));
    const isAgainst = voices.reduce((sum, value) => sum + value, 0) <= 0;
    const isWrong = label !== truth[sample];
    counts[isWrong ? 'wrong' : 'right'] += 1;
    if (!isWrong && !isAgainst) counts.rightFor += 1;
    if (!isWrong) return;
    if (isAgainst) counts.wrongAgainst += 1;
    const loudest = Math.min(...voices);
    const speaker = trusted[voices.indexOf(loudest)]!;
    if (loudest < 0 && truth[speaker] === truth[sample]) counts.loudestTrue += 1;
  });
  return {
    wrongAgainst: counts.wrongAgainst / counts.wrong,
    loudestTrue: counts.loudestTrue / counts.wrong,
    rightFor: counts.rightFor / counts.right,
  };
}
