/**
 * The packaged app in its own window. Its fuses refuse the debugger that Playwright's launcher for Electron needs, so the specs reach
 * the page as they reach a browser: through Chromium's own debugging port.
 */
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { defaultWindow, type AppHost, type WindowOptions } from './app-host.ts';
import { HostProcess } from './host-process.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The program to start: inside a bundle of macOS it lies deeper. */
function programOf(binary: string): string {
  const absolute = path.resolve(root, binary);
  return absolute.endsWith('.app') ? path.join(absolute, 'Contents/MacOS', path.basename(absolute, '.app')) : absolute;
}

export class ElectronApp implements AppHost {
  readonly #binary: string;
  readonly #home: string;
  #process: HostProcess | null = null;
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
    const announcement = { stream: 'stderr', pattern: /DevTools listening on (ws:\S+)/ } as const;
    const args = ['--remote-debugging-port=0'];
    this.#process = await HostProcess.start(programOf(this.#binary), args, this.#home, announcement);
    this.#browser = await chromium.connectOverCDP(this.#process.address);
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
    await this.#process?.end(signal);
    await this.#browser?.close();
  }
}
