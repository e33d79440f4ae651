/** The choice among all engines that Node can run. */
import type { EngineChoice } from '../core/reweight/run-settings.ts';
import { chooseEngine } from './choose-engine.ts';
import type { ChosenEngine } from './choose-engine.ts';
import type { EngineEnvironment } from './known-engines.ts';
import { knownEngines, noEnginesFolder } from './known-engines.ts';
import { startTrusted } from './trusted-engine.ts';

/** What `chooseEngine` does, with this machine's engines and the checks on record. */
export function startChosen(
  choice: EngineChoice,
  environment: EngineEnvironment = noEnginesFolder,
): Promise<ChosenEngine> {
  return chooseEngine(choice, {
    engines: knownEngines(environment),
    startTrusted: (engine) => startTrusted(engine, environment),
  });
}
