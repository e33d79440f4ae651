/** The host's audit for the fake api: draws the first suspects, remembers judgements, and estimates with a plausible interval. */
import type { AuditReport, AuditState, EstimateView } from '../../src-main/contract/payloads.ts';
import type { RunId, SampleId } from '../../src-main/core/dataset/sample.ts';
import type { FakeApi, FakeHandlers } from './fake-api.ts';

export class FakeAudit {
  readonly handlers: FakeHandlers;
  readonly judged = new Map<SampleId, boolean>();
  drawn: readonly SampleId[] = [];
  readonly #api: FakeApi;

  constructor(api: FakeApi) {
    this.#api = api;
    this.handlers = {
      'audit/list': () => this.state(),
      'audit/draw': ({ size }) => this.draw(size),
      'audit/record': ({ items }) => {
        for (const { sampleId, kind } of items) {
          if (kind === 'none') this.judged.delete(sampleId);
          else this.judged.set(sampleId, kind === 'wrong');
          const action = kind === 'right' ? ({ kind: 'trust' } as const) : ({ kind: 'unsure' } as const);
          if (kind !== 'none') api.project.act({ sampleIds: [sampleId] }, action);
        }
        return this.state();
      },
      'audit/report': ({ cuts = [] }) => this.report(cuts),
    };
  }

  draw(size: number): AuditState {
    const query = { by: 'suspicion', filter: { trusted: false } } as const;
    const ids = this.#api.project.list(query).map(({ id }) => id);
    this.drawn = [...new Set([...this.drawn, ...ids.slice(this.drawn.length, this.drawn.length + size)])];
    return this.state();
  }

  state(): AuditState {
    const { rows } = this.#api.project.page({ by: 'suspicion', filter: {} }, 0, 100_000);
    const wrong = [...this.judged.values()].filter((isWrong) => isWrong).length;
    const pending = this.drawn.flatMap((id) => rows.filter((row) => row.id === id && !this.judged.has(id)));
    return { draws: this.drawn.length, images: this.drawn.length, judged: this.judged.size, wrong, pending };
  }

  report(cuts: readonly number[]): AuditReport {
    const images = this.#api.project.rows.length;
    const judgedDraws = this.judged.size;
    const spread = 1 / Math.sqrt(Math.max(1, judgedDraws));
    const share = (value: number): EstimateView => ({
      ...{ value, standardError: (spread * value) / 4 },
      ...{ low: Math.max(0, value - (spread * value) / 2), high: Math.min(1, value + (spread * value) / 2) },
    });
    const wrong = 0.1 * images;
    return {
      ...{ runId: 1 as RunId, draws: this.drawn.length, judgedDraws, images, suspects: images - 12 },
      wrongLabels:
        judgedDraws === 0
          ? null
          : { value: wrong, standardError: spread * 10, low: wrong * (1 - spread), high: wrong * (1 + spread) },
      cuts: cuts.map((size) => {
        const found = 1 - Math.exp((-2 * size) / wrong);
        return { size, recall: share(found), precision: share(Math.min(1, (found * wrong) / size)) };
      }),
    };
  }
}
