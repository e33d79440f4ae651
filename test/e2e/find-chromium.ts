/** The Chromium that the specs drive: the system's, since Playwright's own downloads may be out of reach. */
import { existsSync } from 'node:fs';

const places = [
  process.env['TOUCHSTONE_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
];

/** Path of its binary, or null where there is none. */
export function findChromium(): string | null {
  return places.find((place) => place !== '' && existsSync(place)) ?? null;
}
