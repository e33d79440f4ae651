/** The command line's grammar: one file per command under `commands/`. */
import { Command } from 'commander';
import { readAppVersion } from '../app-version.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addBackbonesCommand } from './commands/backbones.ts';
import { addCreateCommand } from './commands/create.ts';
import { addDecideCommand } from './commands/decide.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDetailsCommand } from './commands/details.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEmbedCommand } from './commands/embed.ts';
import { addEnginesCommand } from './commands/engines.ts';
import { addExportCommand } from './commands/export.ts';
import { addImportCommand } from './commands/import.ts';
import { addLicencesCommand } from './commands/licences.ts';
import { addNetworkCommand } from './commands/network.ts';
import { addProblemsCommand } from './commands/problems.ts';
import { addRankCommand } from './commands/rank.ts';
import { addReproduceCommand } from './commands/reproduce.ts';
import { addSelfTestCommand } from './commands/self-test.ts';
import { addServeCommand } from './commands/serve.ts';
import { addShowCommand } from './commands/show.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTrainCommand } from './commands/train.ts';
import { addTrustCommand } from './commands/trust.ts';
import { addWeightsCommand } from './commands/weights.ts';
import { TouchstoneError } from '../../core/errors.ts';
import type { CliSession } from './session.ts';

export function createProgram(session: CliSession): Command {
  const program = new Command('touchstone')
    .description('Finds the wrong labels in an image dataset with the help of a small set of labels that you trust.')
    .version(readAppVersion())
    .exitOverride()
    .showHelpAfterError('(touchstone <command> --help shows examples)')
    .addHelpText(
      'after',
      `
The whole job:
  touchstone create cats.touchstone
  touchstone import cats.touchstone ~/pictures/cats
  touchstone trust cats.touchstone suggest --per-class 3
  touchstone trust cats.touchstone add tabby/017.jpg persian/204.jpg=tabby
  touchstone train cats.touchstone
  touchstone rank cats.touchstone --top 50
  touchstone decide cats.touchstone relabel persian/031.jpg=siamese
  touchstone export cats.touchstone ~/pictures/cats-clean

Try it on a generated example:  touchstone demo
Exit codes: 0 done, 1 failed or stopped, 2 wrong use.`,
    );
  const adders = [
    addCreateCommand,
    addImportCommand,
    addTrustCommand,
    addTrainCommand,
    addRankCommand,
    addShowCommand,
    addDecideCommand,
    addAuditCommand,
    addSelfTestCommand,
    addProblemsCommand,
    addExportCommand,
    addWeightsCommand,
    addNetworkCommand,
    addStatusCommand,
    addDetailsCommand,
    addDoctorCommand,
    addReproduceCommand,
    addEnginesCommand,
    addBackbonesCommand,
    addEmbedCommand,
    addLicencesCommand,
    addServeCommand,
    addDemoCommand,
  ];
  for (const add of adders) add(program, session);
  for (const command of program.commands) {
    command.option('--json', 'print one JSON object (docs/cli.md lists its fields) and nothing else');
    command.exitOverride();
  }
  program.hook('preAction', (_program, command) => refuseEmpty(command));
  return program;
}

/** What a script passes whose variable was never set. As a path it would be the folder that the script runs in. */
function refuseEmpty({ args, registeredArguments }: Command): void {
  const at = args.indexOf('');
  if (at < 0) return;
  const name = (registeredArguments[at] ?? registeredArguments.at(-1))?.name() ?? 'argument';
  throw new TouchstoneError('wrong-use', `The ${name} is empty. Name it.`, { details: { argument: name } });
}
