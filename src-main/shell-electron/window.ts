/** The window: where it was last time, and what its page may reach. */
import { BrowserWindow, screen } from 'electron';
import type { Rectangle, WebPreferences } from 'electron';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { ReportBug } from '../contract/wire-error.ts';
import { pageOrigin } from './window-guards.ts';

const stateSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    bounds: v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() }),
    isMaximized: v.boolean(),
  }),
);
type WindowState = v.InferOutput<typeof stateSchema>;

const pageAddress = `${pageOrigin}/index.html`;

/** So many crashes in this time are made good. */
const mostCrashes = 3;
const crashWindowMs = 60_000;

const smallest = { width: 1024, height: 700 };

export const webPreferences: WebPreferences = {
  preload: path.join(import.meta.dirname, '../preload/preload.cjs'),
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
};

/** Shown once the page has drawn something; rejects where the page cannot be loaded. */
export async function openWindow(dataFolder: string, reportBug: ReportBug): Promise<BrowserWindow> {
  const stateFile = path.join(dataFolder, 'window.json');
  const state = readState(stateFile);
  const window = new BrowserWindow({
    ...(state ? state.bounds : { width: 1400, height: 900 }),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Touchstone',
    webPreferences,
  });
  if (state?.isMaximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () =>
    writeState(stateFile, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }),
  );
  comeBackAfterCrash(window, reportBug);
  await window.loadURL(pageAddress);
  return window;
}

/** The work is the host's: a page that crashed is loaded again and finds it as it was. One that crashes again and again is left alone. */
function comeBackAfterCrash(window: BrowserWindow, reportBug: ReportBug): void {
  let crashes: readonly number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    reportBug(new Error(`The window's page ended: ${reason} (${exitCode})`));
    const nowMs = Date.now();
    crashes = [...crashes.filter((atMs) => nowMs - atMs < crashWindowMs), nowMs];
    if (crashes.length <= mostCrashes) window.loadURL(pageAddress).catch(reportBug);
  });
}

/** Null for the first start, a damaged file, or a screen that is no longer there. */
function readState(file: string): WindowState | null {
  try {
    const state = v.parse(stateSchema, readFileSync(file, 'utf8'));
    return screen.getAllDisplays().some(({ workArea }) => overlaps(workArea, state.bounds)) ? state : null;
  } catch {
    return null;
  }
}

function writeState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    // The window opens in its usual place next time; nothing else depends on it.
  }
}

function overlaps(area: Rectangle, bounds: Rectangle): boolean {
  const isBeside = bounds.x >= area.x + area.width || bounds.x + bounds.width <= area.x;
  const isAboveOrBelow = bounds.y >= area.y + area.height || bounds.y + bounds.height <= area.y;
  return !isBeside && !isAboveOrBelow;
}
