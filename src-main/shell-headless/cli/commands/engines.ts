/** `touchstone engines`: what computes: the engines of this machine, which one trains next, and why not a better one. */
import { Argument, type Command } from 'commander';
import path from 'node:path';
import type { EngineInstallRequest } from '../../../contract/methods.ts';
import type { EngineList, EngineView } from '../../../contract/payloads.ts';
import { engineNames, type EngineCheck, type EngineName } from '../../../core/engine-check.ts';
import { TouchstoneError } from '../../../core/errors.ts';
import type { CliSession } from '../session.ts';
import { formatTable, megabytes } from '../terminal.ts';

interface InstallFlags {
  readonly cuda?: boolean;
  readonly from?: string;
  readonly build?: boolean;
}

export function addEnginesCommand(program: Command, session: CliSession): void {
  const engines = program
    .command('engines')
    .description('what computes: the engines of this machine, which one trains next, and why not a better one')
    .option('--sizes', 'ask how large the downloads are')
    .addHelpText(
      'after',
      `
Examples:
  touchstone engines
  touchstone engines install tensorflow
  touchstone engines install tensorflow --from tensorflow-2.21.0-cpu-linux-x64.tar.zst
  touchstone engines check
  touchstone engines remove tensorflow`,
    )
    .action(async (options: { readonly sizes?: boolean }) => {
      const list = await session.call('engines/list', { askForSizes: options.sizes ?? false });
      printList(session, list);
      session.terminal.result(list);
    });
  addInstall(engines, session);
  addRemove(engines, session);
  addCheck(engines, session);
}

function addInstall(engines: Command, session: CliSession): void {
  engines
    .command('install')
    .description('install an engine pack; a stopped download goes on where it was')
    .addArgument(new Argument('<engine>', 'the engine').choices(['tensorflow']))
    .option('--cuda', 'for an NVIDIA GPU (Linux)')
    .option('--from <file>', 'a pack that is already here, instead of a download')
    .option('--build', "build it here: takes Python's pip and a C++ compiler")
    .option('--json', 'print one JSON object and nothing else')
    .action(async (_engine: string, flags: InstallFlags) => {
      const { jobId } = await session.call('engines/install', installRequest(flags));
      const pack = await session.finish('engine-install', jobId);
      session.terminal.line(`Installed and checked ${pack.name} (${megabytes(pack.sizeBytes)}).`);
      session.terminal.result(pack);
    });
}

function installRequest({ cuda = false, from, build = false }: InstallFlags): EngineInstallRequest {
  const variant = cuda ? 'cuda' : 'cpu';
  if (from !== undefined && build) throw new TouchstoneError('wrong-use', 'Give --from or --build, not both.');
  if (from !== undefined) return { variant, from: { kind: 'file', file: path.resolve(from) } };
  return build ? { variant, from: { kind: 'build' } } : { variant };
}

function addRemove(engines: Command, session: CliSession): void {
  engines
    .command('remove')
    .description('remove installed engine packs')
    .addArgument(new Argument('<engine>', 'the engine').choices(['tensorflow']))
    .option('--json', 'print one JSON object and nothing else')
    .action(async () => {
      const result = await session.call('engines/remove', { engine: 'tensorflow' });
      const freed = `Removed. ${megabytes(result.bytesFreed)} are free again.`;
      session.terminal.line(result.bytesFreed === 0 ? 'No engine pack is installed.' : freed);
      session.terminal.result(result);
    });
}

function addCheck(engines: Command, session: CliSession): void {
  engines
    .command('check')
    .description('compare engines with known results, and measure how fast they are')
    .addArgument(new Argument('[engine]', 'one engine; all unless given').choices([...engineNames]))
    .option('--json', 'print one JSON object and nothing else')
    .action(async (engine: EngineName | undefined) => {
      const { jobId } = await session.call('engines/check', engine === undefined ? {} : { engine });
      const checks = await session.finish('engine-check', jobId);
      printChecks(session, checks);
      session.terminal.result({ checks });
      const named = engine === undefined ? undefined : checks.find((check) => !check.passed);
      if (named) throw new TouchstoneError('engine-unavailable', `${named.engine}: ${named.failure}`);
    });
}

function printList({ terminal }: CliSession, { engines, next, downloads }: EngineList): void {
  const rows = engines.map((engine) => [
    engine.name,
    engine.state,
    describeDevice(engine),
    ...describeSpeed(engine.lastCheck),
  ]);
  terminal.line(formatTable(['engine', 'state', 'device', 'GFLOP/s', 'images/s', 'vectors/s', 'memory'], rows));
  for (const { name, reason } of engines) if (reason !== null) terminal.line(`${name}: ${reason}`);
  const sizes = downloads.filter(({ sizeBytes }) => sizeBytes !== null);
  for (const { variant, sizeBytes } of sizes)
    terminal.line(`tensorflow for ${variant}: download of ${megabytes(sizeBytes ?? 0)}`);
  terminal.line(`The next training takes ${next.name}: ${next.reason}.`);
}

function describeDevice({ pack, lastCheck }: EngineView): string {
  return [pack?.name, lastCheck?.device].filter((part) => part).join(', ') || '-';
}

function describeSpeed(check: EngineCheck | null): string[] {
  if (check === null || check.durationMs === 0) return ['-', '-', '-', '-'];
  const { convolutionGflops, examplesPerSecond, vectorsPerSecond } = check.speed;
  const perSecond = [examplesPerSecond, vectorsPerSecond].map((speed) => speed?.toFixed(0) ?? '-');
  return [convolutionGflops.toFixed(1), ...perSecond, megabytes(check.memoryBytes)];
}

function printChecks({ terminal }: CliSession, checks: readonly EngineCheck[]): void {
  const rows = checks.map((check) => {
    const worst = check.findings.reduce((most, { error, tolerance }) => Math.max(most, error / tolerance), 0);
    const error = check.findings.length > 0 ? `${(100 * worst).toFixed(1)} %` : '-';
    return [
      check.engine,
      check.passed ? 'passed' : 'failed',
      error,
      ...describeSpeed(check),
      (check.durationMs / 1000).toFixed(1),
    ];
  });
  terminal.line(
    formatTable(['engine', 'check', 'of allowed error', 'GFLOP/s', 'images/s', 'vectors/s', 'memory', 'seconds'], rows),
  );
  for (const { engine, failure } of checks) if (failure !== null) terminal.line(`${engine}: ${failure}`);
}
