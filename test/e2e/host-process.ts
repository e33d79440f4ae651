/** The process of the app under test: started, asked for the line that says where it is reached, and ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { hostEnvironment } from './app-host.ts';

/** How a host says where it is reached. */
export interface Announcement {
  readonly stream: 'stdout' | 'stderr';
  /** Its first group is the address. */
  readonly pattern: RegExp;
}

export class HostProcess {
  readonly #child: ChildProcess;
  /** Where the host is reached, in its own words. */
  readonly address: string;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  /** Everything it keeps is below `home`. Rejects with what it said where it ends instead. */
  static async start(
    program: string,
    args: readonly string[],
    home: string,
    announcement: Announcement,
  ): Promise<HostProcess> {
    const child = spawn(program, args, { env: hostEnvironment(home), stdio: ['ignore', 'pipe', 'pipe'] });
    return new HostProcess(child, await readAddress(child, announcement));
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }
}

function readAddress(child: ChildProcess, { stream, pattern }: Announcement): Promise<string> {
  return new Promise((resolve, reject) => {
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk: Buffer) => {
        said[name] += chunk.toString();
        const [, address] = (name === stream && pattern.exec(said[name])) || [];
        if (address !== undefined) resolve(address);
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The app ended with code ${code}: ${said.stdout}${said.stderr}`)));
  });
}
