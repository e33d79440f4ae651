/** Every method by its name in the settings. A new one is a file beside this and a line here. */
import type { CreateSampling } from './batch-sampling.ts';
import { sampleAll, sampleBalanced, sampleOver, sampleUnder } from './batch-sampling.ts';
import { createAdaboost, createCostSensitive } from './boosting.ts';
import { createProportion } from './class-weights.ts';
import { focal } from './focal.ts';
import { createGdw } from './gdw.ts';
import { hardMining } from './hard-mining.ts';
import { l2rwCosine } from './l2rw-cosine.ts';
import { l2rwSigned } from './l2rw-signed.ts';
import { createMentornetPd } from './mentornet-pd.ts';
import { createMwNet } from './mw-net.ts';
import { createRandomWeights } from './random-weights.ts';
import { reedHard, reedSoft } from './reed.ts';
import type { MethodName, RunSettings } from './run-settings.ts';
import { createSModel, createSModelConf } from './s-model.ts';
import type { MethodSetup, TrainingMethod } from './training-method.ts';
import { stateless } from './training-method.ts';
import { sampleSmote } from './smote.ts';
import { uniform } from './uniform.ts';

type CreateMethod = (setup: MethodSetup, settings: Pick<RunSettings, 'weighting'>) => TrainingMethod;

const equally: CreateMethod = () => stateless(uniform);

const createMethods: Readonly<Record<MethodName, CreateMethod>> = {
  l2rw: (_, { weighting }) => stateless(weighting === 'signed' ? l2rwSigned : l2rwCosine),
  gdw: createGdw,
  'mw-net': createMwNet,
  uniform: equally,
  random: createRandomWeights,
  proportion: createProportion,
  resample: equally,
  'under-sampling': equally,
  'over-sampling': equally,
  smote: equally,
  'hard-mining': () => stateless(hardMining),
  focal: () => stateless(focal),
  adaboost: createAdaboost,
  'cost-sensitive': createCostSensitive,
  'reed-soft': () => stateless(reedSoft),
  'reed-hard': () => stateless(reedHard),
  's-model': createSModel,
  's-model-conf': createSModelConf,
  'mentornet-pd': createMentornetPd,
  'clean-only': equally,
};

/** Methods that choose samples; the others take all. */
const samplings: Readonly<Partial<Record<MethodName, CreateSampling>>> = {
  resample: sampleBalanced,
  'under-sampling': sampleUnder,
  'over-sampling': sampleOver,
  smote: sampleSmote,
};

export function createMethod(settings: Pick<RunSettings, 'method' | 'weighting'>, setup: MethodSetup): TrainingMethod {
  return createMethods[settings.method](setup, settings);
}

export function chooseSampling({ method }: Pick<RunSettings, 'method'>): CreateSampling {
  return samplings[method] ?? sampleAll;
}
