/** Where this user's own things are: recent projects, preferences, the log. The same folder for window, server and command line. */
import envPaths from 'env-paths';
import path from 'node:path';

/** TOUCHSTONE_HOME where it is set, otherwise the system's place for application data. Absolute; may not exist yet. */
export function userDataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment['TOUCHSTONE_HOME'];
  return home ? path.resolve(home) : envPaths('Touchstone', { suffix: '' }).data;
}
