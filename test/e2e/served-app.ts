/** The real server as a child process, and windows of a headless browser on it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { defaultWindow, hostEnvironment, type AppHost, type WindowOptions } from './app-host.ts';

const launcher = path.resolve(import.meta.dirname, '../../src-main/shell-headless/touchstone.mjs');

export class ServedApp implements AppHost {
  readonly #browser: Browser;
  readonly #home: string;
  readonly #contexts: BrowserContext[] = [];
  #child: ChildProcess | null = null;
  #url: URL | null = null;

  private constructor(browser: Browser, home: string) {
    this.#browser = browser;
    this.#home = home;
  }

  static async start(browser: Browser, home: string): Promise<ServedApp> {
    const app = new ServedApp(browser, home);
    await app.restart();
    return app;
  }

  /** On the port it had before, so that open pages can find it again. */
  async restart(): Promise<void> {
    const args = [launcher, 'serve', '--json', '--port', this.#url?.port ?? '0'];
    this.#child = spawn(process.execPath, args, {
      env: hostEnvironment(this.#home),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#url = new URL(await readUrl(this.#child));
  }

  async openWindow(options: WindowOptions): Promise<Page> {
    if (!this.#url) throw new Error('The server is started before a window is opened.');
    const context = await this.#browser.newContext({ ...defaultWindow, ...options, reducedMotion: 'reduce' });
    this.#contexts.push(context);
    const page = await context.newPage();
    await page.goto(this.#url.href);
    return page;
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

/** Rejects with what the server said where it ends instead. */
function readUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, url] = /"url":\s*"([^"]+)"/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The server ended with code ${code}: ${said}`)));
  });
}
