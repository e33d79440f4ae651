/**
 * The packaged app in its own window. Its fuses refuse the debugger that Playwright's launcher for Electron needs, so the specs reach
 * the page as they reach a browser: through Chromium's own debugging port.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { defaultWindow, hostEnvironment, type AppHost, type WindowOptions } from './app-host.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The program to start: inside a bundle of macOS it lies deeper. */
function programOf(binary: string): string {
  const absolute = path.resolve(root, binary);
  return absolute.endsWith('.app') ? path.join(absolute, 'Contents/MacOS', path.basename(absolute, '.app')) : absolute;
}

export class ElectronApp implements AppHost {
  readonly #binary: string;
  readonly #home: string;
  #child: ChildProcess | null = null;
  #browser: Browser | null = null;

  private constructor(binary: string, home: string) {
    this.#binary = binary;
    this.#home = home;
  }

  static async start(binary: string, home: string): Promise<ElectronApp> {
    const app = new ElectronApp(binary, home);
    await app.restart();
    return app;
  }

  async restart(): Promise<void> {
    this.#child = spawn(programOf(this.#binary), ['--remote-debugging-port=0'], {
      env: hostEnvironment(this.#home),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#browser = await chromium.connectOverCDP(await readDebuggingAddress(this.#child));
  }

  async openWindow(options: WindowOptions): Promise<Page> {
    const { colorScheme, viewport } = { ...defaultWindow, ...options };
    const [context] = this.#browser?.contexts() ?? [];
    if (!context) throw new Error('Electron has no window context.');
    const page = context.pages()[0] ?? (await context.waitForEvent('page'));
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    return page;
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async close(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    await this.#browser?.close();
  }
}

/** Chromium prints it on standard error. */
function readDebuggingAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The app ended with code ${code}: ${said}`)));
  });
}
