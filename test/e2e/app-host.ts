/** What runs the app under test: the server of `touchstone serve` with a browser, or the packaged Electron app. */
import type { Page } from 'playwright-core';

export interface WindowOptions {
  readonly colorScheme?: 'dark' | 'light';
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface AppHost {
  /** Opens the app. Electron has one window only. */
  openWindow(options: WindowOptions): Promise<Page>;
  /** Ends the host at once, without letting it write anything: as a crash or a power cut would. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Folders of one test: everything the app writes without being told where stays in them. */
export function hostEnvironment(home: string): NodeJS.ProcessEnv {
  const { CI: _ci, ...environment } = process.env;
  return { ...environment, TOUCHSTONE_HOME: home, HOME: home, USERPROFILE: home, NO_COLOR: '1' };
}

export const defaultWindow = { colorScheme: 'dark', viewport: { width: 1440, height: 900 } } as const;
