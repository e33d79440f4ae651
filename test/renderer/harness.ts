/**
 * The pages on the fake api, for looking at them: `harness.html?samples=100000&classes=200&long&theme=light`.
 *
 * Pictures are drawn here, a different pattern for each class, so that nothing has to be loaded.
 */
import { mount } from 'svelte';
import App from '../../src-renderer/App.svelte';
import type { AppState } from '../../src-renderer/features/frame/app-state.svelte.ts';
import { pageNames } from '../../src-renderer/features/frame/page-names.ts';
import type { JobState } from '../../src-main/contract/payloads.ts';
import '../../src-renderer/styles/tokens.css';
import '../../src-renderer/styles/base.css';
import { drawPictures } from './fake-pictures.ts';
import { FakeApi } from './fake-api.ts';
import { FakeProject } from './fake-project.ts';
import { fakeEpochs, FakeWork } from './fake-work.ts';

const parameters = new URLSearchParams(location.search);
const target = document.getElementById('app');
if (!target) throw new Error('harness.html has no element #app');

const project = new FakeProject({
  samples: Number(parameters.get('samples') ?? 2000),
  classes: Number(parameters.get('classes') ?? 3),
  hasLongNames: parameters.has('long'),
  hasRun: !parameters.has('untrained'),
});
const api = new FakeApi(project);
api.delayMs = Number(parameters.get('delay') ?? 0);
api.preferences.set('theme', parameters.get('theme') ?? 'system');
const isFirst = parameters.has('first');
const work = new FakeWork(api, {
  recent: isFirst ? [] : recentProjects(),
  problems: Number(parameters.get('problems') ?? 3),
  runs: parameters.has('untrained') ? [] : [project.run()],
});
if (parameters.has('job')) api.handlers['job/list'] = () => [trainingJob()];
if (parameters.has('runs')) {
  api.handlers['train/list-runs'] = () => [{ ...project.run(), runId: 2 as never }, project.run()];
}
const pictures = await drawPictures();
api.makeImageUrl = (picture) => pictures[picture.id % pictures.length] ?? '';

mount(App, {
  target,
  props: {
    api,
    prepare: (app: AppState) => {
      app.page = pageNames.find((name) => name === parameters.get('page')) ?? 'review';
      if (!isFirst) void app.openProject(project.status().folder);
    },
  },
});
Object.assign(window, { fakeApi: api, fakeWork: work, fakeEpochs });

function trainingJob(): JobState {
  return {
    jobId: 'job-1' as JobState['jobId'],
    projectId: project.projectId,
    kind: 'training',
    status: 'running',
    stage: 'Training',
    done: 7,
    total: 20,
    secondsLeft: 42,
    startedAtMs: Date.now(),
    training: {
      runId: 1 as never,
      phase: 'training',
      engine: 'wasm',
      device: 'WebAssembly with SIMD, 1 thread',
      decision: {
        reason: 'wasm (WebAssembly with SIMD, 1 thread): the best of those that work here; 1 did not.',
        passedOver: [{ engine: 'tensorflow', reason: 'No TensorFlow engine pack is installed.' }],
      },
      memoryBytes: 48_000_000,
      epochIndex: 6,
      epochCount: 20,
      examplesPerSecond: 1240,
      trainingLoss: 0.4,
      trustedLoss: 0.3,
      isPaused: false,
      epochs: [],
      suspects: [],
    },
    result: null,
    error: null,
  };
}

function recentProjects() {
  const openedAtMs = Date.UTC(2026, 10, 20, 15, 30);
  return [
    { folder: '/home/me/Touchstone/trash-sorting', name: 'trash-sorting', openedAtMs, isPresent: true },
    { folder: '/mnt/stick/a rather long folder name/birds', name: 'birds of the garden', openedAtMs, isPresent: false },
    { folder: '/home/me/Touchstone/Example', name: 'Example', openedAtMs, isPresent: true },
  ];
}
