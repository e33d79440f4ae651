/** The real server as a child process, and windows of a headless browser on it. */
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { defaultWindow, type AppHost, type WindowOptions } from './app-host.ts';
import { HostProcess } from './host-process.ts';

const launcher = path.resolve(import.meta.dirname, '../../src-main/shell-headless/touchstone.mjs');

export class ServedApp implements AppHost {
  readonly #browser: Browser;
  readonly #home: string;
  readonly #contexts: BrowserContext[] = [];
  #process: HostProcess | null = null;
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
    const announcement = { stream: 'stdout', pattern: /"url":\s*"([^"]+)"/ } as const;
    this.#process = await HostProcess.start(process.execPath, args, this.#home, announcement);
    this.#url = new URL(this.#process.address);
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
    await this.#process?.end('SIGKILL');
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await this.#process?.end('SIGTERM');
  }
}
