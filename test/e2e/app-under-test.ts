/** The app as one test sees it: folders of its own, the host, its windows, and everything that went wrong in them. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { AppHost, WindowOptions } from './app-host.ts';
import { ElectronApp } from './electron-app.ts';
import { ServedApp } from './served-app.ts';

/** Names the packaged app that is to be driven instead of the server. */
export const electronBinary = process.env['TOUCHSTONE_ELECTRON'] ?? null;

const artifacts = path.resolve(import.meta.dirname, '../../test-artifacts');

export class AppUnderTest {
  /** Everything of the test is below it. */
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'touchstone-e2e-')));
  /** What the app remembers, and where it puts new projects. */
  readonly home = path.join(this.folder, 'home');
  readonly #browser: Browser | null;
  readonly #pages: Page[] = [];
  readonly #faults: string[] = [];
  #host: AppHost | null = null;

  /** browser: null for Electron. */
  constructor(browser: Browser | null) {
    this.#browser = browser;
    mkdirSync(this.home);
  }

  /** Opens a window, and starts the host before the first. A violation of the content security policy is a fault like any other. */
  async open(options: WindowOptions = {}): Promise<Page> {
    this.#host ??= await this.#start();
    const page = await this.#host.openWindow(options);
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.#faults.push(String(error.stack ?? error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#faults.push(message.text());
    });
    this.#pages.push(page);
    return page;
  }

  async kill(): Promise<void> {
    await this.#host?.kill();
  }

  async restart(): Promise<void> {
    await this.#host?.restart();
  }

  /** What went wrong in the pages since the last call. */
  takeFaults(): readonly string[] {
    return this.#faults.splice(0);
  }

  /** Keeps pictures of the windows for whoever looks into a failure. */
  async photograph(name: string): Promise<void> {
    const title = name.replaceAll(/\W+/g, '-').slice(0, 80);
    for (const [index, page] of this.#pages.entries()) {
      const file = path.join(artifacts, 'failures', `${title}-${index + 1}.png`);
      await page.screenshot({ path: file }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#host?.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #start(): Promise<AppHost> {
    if (electronBinary !== null) return ElectronApp.start(electronBinary, this.home);
    if (!this.#browser) throw new Error('Without Electron a browser is needed.');
    return ServedApp.start(this.#browser, this.home);
  }
}
