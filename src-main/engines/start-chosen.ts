/** The choice among all engines that Node can run. */
import type { InputKind } from '../core/engine-check.ts';
import type { EngineChoice } from '../core/reweight/run-settings.ts';
import { chooseEngine } from './choose-engine.ts';
import type { ChosenEngine } from './choose-engine.ts';
import type { EngineEnvironment } from './known-engines.ts';
import { knownEngines, noEnginesFolder } from './known-engines.ts';
import { measuredSpeeds } from './measured-speeds.ts';
import { startTrusted } from './trusted-engine.ts';

/** What `chooseEngine` does, with this machine's engines, the checks on record, and how fast each was with such inputs. */
export async function startChosen(
  choice: EngineChoice,
  environment: EngineEnvironment = noEnginesFolder,
  inputs: InputKind = 'vectors',
): Promise<ChosenEngine> {
  const engines = knownEngines(environment);
  return chooseEngine(choice, {
    engines,
    startTrusted: (engine) => startTrusted(engine, environment),
    ...(choice === 'auto' ? { speeds: await measuredSpeeds(engines, inputs, environment) } : {}),
  });
}
