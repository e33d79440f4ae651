/** The host's map and problems for the fake api: heaps of points by class, and some problems that a check brings. */
import type { MapPoints, ProblemSummary } from '../../src-main/contract/payloads.ts';
import type { FakeApi, FakeHandlers } from './fake-api.ts';
import type { FakeWork } from './fake-work.ts';
import { hashUnit } from './fake-random.ts';

export class FakeInsight {
  readonly handlers: FakeHandlers;
  hasMap = true;
  isChecked = true;
  readonly #api: FakeApi;

  constructor(api: FakeApi, work: FakeWork) {
    this.#api = api;
    this.handlers = {
      'map/points': () => (this.hasMap ? this.map() : null),
      'map/draw': ({ projectId }) => ({ jobId: work.begin('map', projectId) }),
      'problems/summary': () => this.summary(),
      'problems/check': ({ projectId }) => ({ jobId: work.begin('problem-check', projectId) }),
      'problems/list': () => ({ total: 0, rows: [] }),
    };
  }

  summary(): ProblemSummary {
    const { isChecked } = this;
    const found = { 'near-duplicate': 24, 'near-duplicate-other-label': 6, blurred: 11, dark: 3 } as const;
    return {
      ...{ checkedAtMs: isChecked ? Date.UTC(2026, 10, 21, 9, 30) : null, hadVectors: true, isCurrent: isChecked },
      images: isChecked ? this.#api.project.rows.length : 0,
      counts: isChecked ? { duplicate: 2, ...found } : { duplicate: 2 },
      leftOut: isChecked ? ['bright'] : [],
    };
  }

  map(): MapPoints {
    const { rows } = this.#api.project;
    const classCount = this.#api.project.classNames.length;
    const centre = (classId: number): readonly [number, number] => {
      const angle = (2 * Math.PI * classId) / classCount;
      return [0.5 + 0.32 * Math.cos(angle), 0.5 + 0.32 * Math.sin(angle)];
    };
    const points = rows.flatMap(({ id, givenClassId, suggestedClassId }) => {
      const [x, y] = centre(hashUnit(id, 5) < 0.9 ? (suggestedClassId ?? givenClassId) : givenClassId);
      const radius = 0.14 * Math.sqrt(-Math.log(1 - hashUnit(id, 3) * 0.98)) * 0.6;
      const angle = 2 * Math.PI * hashUnit(id, 4);
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)].map((value) =>
        Math.round(65_535 * Math.min(1, Math.max(0, value))),
      );
    });
    return {
      ...{ madeAtMs: 1, count: rows.length, missing: 7 },
      sampleIds: encode(Uint32Array.from(rows, ({ id }) => id)),
      points: encode(Uint16Array.from(points)),
      givenClassIds: encode(Uint16Array.from(rows, ({ givenClassId }) => givenClassId)),
      decisions: encode(Uint8Array.from(rows, ({ id }) => (id % 40 === 0 ? 255 : id % 17 === 0 ? 1 + (id % 4) : 0))),
      suspicion: encode(Uint8Array.from(rows, (_, place) => Math.round((254 * place) / rows.length))),
    };
  }
}

function encode({ buffer }: Uint8Array | Uint16Array | Uint32Array): string {
  let binary = '';
  for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
