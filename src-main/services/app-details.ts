/** What somebody who helps needs to know, as text: versions, engines, the latest faults, the error shown. No picture, no class, no folder. */
import type { ServicePorts } from './service-context.ts';

const faultsShown = 10;

type DetailSources = Pick<ServicePorts, 'appInfo' | 'engines' | 'latestFaults' | 'shortenPaths'>;

export async function describeApp(
  { appInfo, engines, latestFaults, shortenPaths }: DetailSources,
  shown?: string,
): Promise<string> {
  const { version, platform, nodeVersion } = appInfo();
  const list = await engines.list(false);
  const engineLines = list.engines.map(({ name, state, lastCheck }) => {
    const checked = lastCheck === null ? '' : `, ${lastCheck.passed ? 'passed' : 'failed'} its check`;
    return `  ${name}: ${state}${checked}`;
  });
  const faults = latestFaults(faultsShown).map(
    ({ at, reportId, message }) => `  ${at} ${reportId} ${message.split('\n')[0]}`,
  );
  return [
    `Touchstone ${version}, ${platform}, Node ${nodeVersion}`,
    'Engines:',
    ...engineLines,
    faults.length === 0 ? 'No faults in the log.' : `The latest faults, newest first:`,
    ...faults,
    ...(shown === undefined ? [] : ['What was shown:', shortenPaths(shown)]),
  ].join('\n');
}
