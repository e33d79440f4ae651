/**
 * Frame times of the Review grid while 100,000 pictures are scrolled in headless Chromium, measured by the page itself from one
 * animation frame to the next. Chromium draws in software here, on the same cores as the server that reads the pictures.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { openUserFiles } from '../../src-main/shell-headless/host/json-user-files.ts';
import { ServedApp } from '../e2e/served-app.ts';
import { findChromium } from '../e2e/find-chromium.ts';
import { ProjectsPage } from '../e2e/pages/projects-page.ts';
import { ReviewPage } from '../e2e/pages/review-page.ts';
import { generateProject } from './browse/generate-project.ts';
import { writePictures } from './scrolling/write-pictures.ts';

const sampleCount = 100_000;
const goodFrameMs = 20;
const wantedShare = 0.95;
/** Pixels per frame: someone who reads along, someone who looks for a place, someone who drags the bar. */
const speeds = [10, 60, 1500] as const;
const secondsPerSpeed = 6;

/** No arguments. Fails where fewer than 95 % of the frames of any speed are under 20 ms. */
export async function run(): Promise<void> {
  const program = findChromium();
  if (!program) throw new Error('This benchmark needs Chromium.');
  const folder = mkdtempSync(path.join(tmpdir(), 'touchstone-scrolling-'));
  const home = path.join(folder, 'home');
  mkdirSync(home);
  const project = path.join(folder, 'project');
  await generateProject(project, sampleCount);
  await writePictures(project);
  await openUserFiles(home).setRecentProjects([{ folder: project, name: 'Large', openedAtMs: Date.now() }]);
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  const app = await ServedApp.start(browser, home);
  try {
    const page = await app.openWindow({});
    await new ProjectsPage(page).open('Large');
    const review = new ReviewPage(page);
    await review.goTo('Review');
    await review.waitFor();
    await review.shownCount.filter({ hasText: '100,000 pictures' }).waitFor();
    await seePictures(page);
    await page.waitForTimeout(2000);
    report('standing still', await measureFrames(page, 0));
    for (const speed of speeds) {
      const share = report(`${speed} pixels per frame`, await measureFrames(page, speed));
      if (share < wantedShare) process.exitCode = 1;
      await seePictures(page);
    }
  } finally {
    await app.close();
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is in view once scrolling has come to rest must be pictures: empty cells scroll well. */
async function seePictures(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const cells = [...document.querySelectorAll('[role=gridcell]')];
    return cells.length > 0 && cells.every((cell) => (cell.querySelector('img')?.naturalWidth ?? 0) > 0);
  });
}

/** Milliseconds of each frame while the grid is scrolled by `step` pixels in each. */
function measureFrames(page: Page, step: number): Promise<readonly number[]> {
  return page.evaluate(
    ({ pixels, forMs }) =>
      new Promise<number[]>((resolve, reject) => {
        const grid = document.querySelector('[role=grid]');
        if (!grid) {
          reject(new Error('There is no grid.'));
          return;
        }
        const frames: number[] = [];
        const startedAt = performance.now();
        let last = startedAt;
        const next = (now: number): void => {
          frames.push(now - last);
          last = now;
          grid.scrollTop += pixels;
          if (now - startedAt < forMs) requestAnimationFrame(next);
          else resolve(frames.slice(2));
        };
        requestAnimationFrame(next);
      }),
    { pixels: step, forMs: secondsPerSpeed * 1000 },
  );
}

/** Prints the numbers and returns the share of good frames. */
function report(title: string, frames: readonly number[]): number {
  const sorted = frames.toSorted((left, right) => left - right);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  const share = frames.filter((frame) => frame < goodFrameMs).length / frames.length;
  console.log(
    `${title}: ${(100 * share).toFixed(1)} % of ${frames.length} frames under ${goodFrameMs} ms; median ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, largest ${at(1)} ms`,
  );
  return share;
}
