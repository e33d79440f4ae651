/** The host's other half for the fake api: recent projects, folders, jobs that go on when told, the coach, training, export. */
import type {
  ExportResult,
  ImportPreview,
  ImportReport,
  JobId,
  JobKind,
  JobResults,
  JobState,
  ProjectId,
  RecentProject,
  RunDetail,
  RunSummary,
  SelfTestReport,
  TrustHealth,
  TrustSuggestion,
} from '../../src-main/contract/payloads.ts';
import type { Problem, RunId, SampleId } from '../../src-main/core/dataset/sample.ts';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import type { EpochMetrics } from '../../src-main/core/reweight/signals.ts';
import type { FakeApi, FakeHandlers } from './fake-api.ts';
import { FakeAudit } from './fake-audit.ts';
import { FakeMachine } from './fake-machine.ts';
import { FakeInsight } from './fake-insight.ts';
import { hashUnit } from './fake-random.ts';

const targetPerClass = 3;

export interface FakeWorkOptions {
  readonly recent?: readonly RecentProject[];
  readonly problems?: number;
  readonly runs?: readonly RunSummary[];
}

export class FakeWork {
  readonly #api: FakeApi;
  jobs: JobState[] = [];
  recent: readonly RecentProject[];
  runs: readonly RunSummary[];
  readonly #problems: readonly Problem[];
  readonly audit: FakeAudit;
  /** What an earlier session tested. */
  selfTest: SelfTestReport | null = null;
  readonly machine: FakeMachine;
  readonly insight: FakeInsight;

  constructor(api: FakeApi, options: FakeWorkOptions = {}) {
    this.#api = api;
    this.recent = options.recent ?? [];
    this.runs = options.runs ?? [];
    this.#problems = Array.from({ length: options.problems ?? 3 }, (_, index) => fakeProblem(index));
    this.audit = new FakeAudit(api);
    this.machine = new FakeMachine((kind) => this.begin(kind, null));
    this.insight = new FakeInsight(api, this);
    const { audit, machine, insight } = this;
    Object.assign(api.handlers, this.#handlers(), audit.handlers, machine.handlers(), insight.handlers);
  }

  /** Begins a job as the host does: it is known at once and reports later. */
  begin(kind: JobKind, projectId: ProjectId | null): JobId {
    const jobId = `job-${this.jobs.length + 1}` as JobId;
    this.jobs.push({
      ...{ jobId, projectId, kind, status: 'running', stage: 'Starting', done: 0, total: null },
      ...{ secondsLeft: null, startedAtMs: 0, training: null, result: null, error: null },
    });
    return jobId;
  }

  change(jobId: JobId, change: Partial<JobState>): void {
    this.jobs = this.jobs.map((job) => (job.jobId === jobId ? { ...job, ...change } : job));
    const changed = this.jobs.find((job) => job.jobId === jobId);
    if (changed) this.#api.emit('job/changed', changed);
  }

  /** Ends the newest job of a kind with its result. */
  finish<K extends JobKind>(kind: K, result: JobResults[K]): void {
    const job = this.newest(kind);
    this.change(job.jobId, { status: 'done', result, secondsLeft: null });
  }

  newest(kind: JobKind): JobState {
    const job = this.jobs.findLast((candidate) => candidate.kind === kind);
    if (!job) throw new Error(`No job of kind ${kind} was begun`);
    return job;
  }

  preview(folder = '/data/pictures'): ImportPreview {
    const classes = this.#classCounts().map(({ name, given }) => ({ name, files: given }));
    const files = classes.reduce((sum, counts) => sum + counts.files, 0);
    return { folder, recognisedAs: 'Class folders', files, classes, problems: this.#problems };
  }

  report(): ImportReport {
    const classes = this.#classCounts();
    const sizes = classes.map(({ given }) => given);
    return {
      ...{ added: this.#api.project.rows.length, updated: 0, unchanged: 0, gone: 0 },
      samples: this.#api.project.rows.length,
      classes,
      imbalance: Math.max(...sizes) / Math.max(1, Math.min(...sizes)),
      rareClasses: classes.filter(({ given }) => given < 10).map(({ name, given }) => ({ name, samples: given })),
      problems: this.#problems,
      problemCounts: {},
    };
  }

  health(): TrustHealth {
    const perClass = this.#classCounts().map(({ classId, name, trusted, given }) => ({
      classId,
      name,
      trusted,
      given,
    }));
    const total = perClass.reduce((sum, { trusted }) => sum + trusted, 0);
    const [first] = this.#api.project.page({ by: 'suspicion', filter: {} }, 0, 1).rows;
    return {
      ...{ total, targetPerClass, perClass, checked: total, checkedWrong: Math.floor(total / 10) },
      wrongShare: total === 0 ? null : { value: Math.floor(total / 10) / total, low: 0.02, high: 0.24 },
      contradictions: [],
      duplicates: first ? [[first, first]] : [],
      advice: ['Check 3 images per class; fewer so far: metal, paper.'],
    };
  }

  suggest(perClass: number, skip: readonly SampleId[]): readonly TrustSuggestion[] {
    const { project } = this.#api;
    const rows = project.page({ by: 'suspicion', filter: { trusted: false } }, 0, 100_000).rows;
    const rounds = this.#classCounts().map(({ classId, name, trusted }) => {
      const own = rows.filter((row) => row.givenClassId === classId && row.decision === null);
      const fresh = own.filter(({ id }) => !skip.includes(id)).slice(0, Math.max(0, perClass - trusted));
      return fresh.map((sample) => ({
        sample,
        reason: `Among the images of "${name}", the least like those checked before it.`,
        neighbours: own.slice(0, 4),
      }));
    });
    return Array.from({ length: perClass }, (_, turn) => rounds.flatMap((round) => round[turn] ?? [])).flat();
  }

  run(change: Partial<RunSummary> = {}): RunSummary {
    return { ...this.#api.project.run(), ...change };
  }

  runDetail(runId: RunId, epochs = 12): RunDetail {
    const summary = this.runs.find((run) => run.runId === runId) ?? this.run({ runId });
    return { ...summary, epochs: fakeEpochs(epochs) };
  }

  exportResult(folder: string): ExportResult {
    const classes = this.#classCounts().map(({ name, given }, index) => ({
      name,
      before: given,
      after: given - Math.floor(given * 0.08 * hashUnit(index, 90)),
    }));
    const files = classes.reduce((sum, { after }) => sum + after, 0);
    return {
      ...{ targetFolder: folder, files, bytes: files * 48_000, classes, dropped: 41, relabelled: 17 },
      renamed: [
        {
          from: 'glass/a:b.png',
          to: 'glass/a_b.png',
          reason: 'The name holds a character that some systems do not allow.',
        },
      ],
      manifestFile: `${folder}/manifest.csv`,
      verified: files,
    };
  }

  #classCounts() {
    return this.#api.project.status().classes;
  }

  #started(kind: JobKind, projectId: ProjectId | null) {
    return { jobId: this.begin(kind, projectId) };
  }

  #handlers(): FakeHandlers {
    return {
      'app/info': () => ({
        ...{ version: '0.1.0', platform: 'linux', nodeVersion: '24', hasNativeDialogs: false },
        projectsFolder: '/home/me/Touchstone',
        dataFolder: '/home/me/.local/share/Touchstone',
        logFile: '/home/me/.local/share/Touchstone/logs/touchstone.log',
      }),
      'app/list-folder': ({ folder = '/home/me' }) => listFolder(folder),
      'project/list-recent': () => this.recent,
      'project/forget-recent': ({ folder }) => {
        this.recent = this.recent.filter((recent) => recent.folder !== folder);
      },
      'project/create': ({ folder, name = '' }) => ({ ...this.#api.project.status(), folder, name }),
      'project/create-example': () => this.#started('example', null),
      'project/delete-cache': () => ({ bytesFreed: 12_400_000 }),
      'import/preview': () => this.#started('preview', null),
      'import/start': ({ projectId }) => this.#started('import', projectId),
      'import/report': () => this.report(),
      'trust/health': () => this.health(),
      'trust/suggest': ({ perClass, skip = [] }) => this.suggest(perClass, skip),
      'train/defaults': ({ network = 'head' }) => ({
        settings: { ...this.#api.project.run().settings, network, seed: 1 },
        estimatedSeconds: network === 'head' ? 48 : null,
        warnings: [],
      }),
      'train/start': ({ projectId }) => ({ ...this.#started('training', projectId), runId: 9 as RunId }),
      'train/resume': ({ projectId, runId = 9 as RunId }) => ({ ...this.#started('training', projectId), runId }),
      'train/list-runs': () => this.runs,
      'train/get-run': ({ runId }) => this.runDetail(runId),
      'self-test/last': () => this.selfTest,
      'self-test/start': ({ projectId }) => this.#started('self-test', projectId),
      'export/plan': ({ folder }) => this.exportResult(folder),
      'export/start': ({ projectId }) => this.#started('export', projectId),
      'job/list': () => this.jobs,
      'job/cancel': ({ jobId }) => this.change(jobId, { status: 'cancelled' }),
      'job/pause': ({ jobId }) => this.#setPaused(jobId, true),
      'job/resume': ({ jobId }) => this.#setPaused(jobId, false),
      'decide/ensure-class': () => ({ classId: 1 as never }),
    };
  }

  #setPaused(jobId: JobId, isPaused: boolean): void {
    const training = this.jobs.find((job) => job.jobId === jobId)?.training ?? null;
    this.change(jobId, { stage: isPaused ? 'Paused' : 'Training', training: training && { ...training, isPaused } });
  }
}

function listFolder(folder: string) {
  if (folder.includes('missing')) {
    throw new TouchstoneError('folder-not-found', `The folder ${folder} is not there. Choose another one.`);
  }
  const names = ['Documents', 'Pictures', 'a folder with a rather long name of its own', 'trash-sorting'];
  return {
    folder,
    parent: folder === '/' ? null : '/',
    entries: [
      ...names.map((name) => ({ name, kind: 'folder' as const })),
      { name: 'Example', kind: 'project' as const },
      { name: 'labels.csv', kind: 'manifest' as const },
    ],
  };
}

const problemShapes = [
  ['truncated', 'The file ends in the middle of the image: VipsJpeg: premature end of JPEG image.'],
  ['duplicate', 'The same content as glass/picture-000012.png.'],
  ['unsupported', 'Images of this format cannot be read. Turn it into PNG or JPEG.'],
  ['empty', 'The file is empty.'],
] as const satisfies readonly (readonly [Problem['kind'], string])[];

function fakeProblem(index: number): Problem {
  const [kind, reason] = problemShapes[index % problemShapes.length] ?? problemShapes[0];
  return { path: `glass/some folder within/picture-${String(index).padStart(6, '0')}.jpg`, kind, reason };
}

/** Losses that fall, weights that part. */
export function fakeEpochs(count: number): EpochMetrics[] {
  return Array.from({ length: count }, (_, epochIndex) => {
    const progress = 1 - Math.exp(-epochIndex / 4);
    const wobble = (hashUnit(epochIndex, 70) - 0.5) * 0.04;
    return {
      epochIndex,
      trainingLoss: 1.1 - 0.7 * progress + wobble,
      trustedLoss: 1.1 - 0.95 * progress + wobble,
      trustedAccuracy: Math.min(1, 0.4 + 0.55 * progress + wobble),
      zeroWeightShare: 0.48 - 0.3 * progress + wobble,
      skippedSteps: 0,
      effectiveSampleSize: 55 - 10 * progress,
      learningRate: 0.02,
      durationMs: 900,
      examplesPerSecond: 1240 + 200 * wobble,
      tensorCount: 40,
      weightHistogram: Array.from({ length: 20 }, (_unused, bin) =>
        Math.round(bin === 0 ? 400 * (1 - progress / 2) : 900 * Math.exp(-(((bin - 4) / 3) ** 2))),
      ),
    };
  });
}
