/** The pages: those of the work in its order, with what each stands for in the left column, and those that need no project. */
import type { JobState, ProjectStatus } from '../../../src-main/contract/payloads.ts';
import { formatCount, formatImages } from '../../lib/format.ts';

export const pageNames = [
  'projects',
  'import',
  'trusted',
  'train',
  'review',
  'audit',
  'export',
  'settings',
  'about',
] as const;
export type PageName = (typeof pageNames)[number];

/** Pages that have a place in the left column. */
export type StepPage = Exclude<PageName, 'settings' | 'about'>;

/** How far a step is: a shape beside its name, never a colour alone. */
export type StepMark = 'done' | 'open' | 'running' | 'warning';

export interface Step {
  readonly page: StepPage;
  readonly title: string;
  readonly mark: StepMark;
  /** In words, for the second line and for screen readers. */
  readonly detail: string;
}

/** The steps of the open project. */
export function stepsOf(project: ProjectStatus, jobs: readonly JobState[]): readonly Step[] {
  const running = new Set(
    jobs.filter((job) => job.projectId === project.projectId && job.status === 'running').map((job) => job.kind),
  );
  return [
    importStep(project, running.has('import')),
    trustedStep(project),
    trainStep(project, running.has('training')),
    reviewStep(project),
    auditStep(project, running.has('self-test')),
    { page: 'export', title: 'Export', mark: running.has('export') ? 'running' : 'open', detail: 'A clean copy' },
  ];
}

function importStep(project: ProjectStatus, isRunning: boolean): Step {
  const { present } = project.samples;
  const detail = present === 0 ? 'Choose a folder' : formatImages(present);
  if (isRunning) return { page: 'import', title: 'Import', mark: 'running', detail: 'Reading images' };
  if (project.problems > 0) {
    const problems = `${formatCount(project.problems)} ${project.problems === 1 ? 'problem' : 'problems'}`;
    return { page: 'import', title: 'Import', mark: 'warning', detail: problems };
  }
  return { page: 'import', title: 'Import', mark: present > 0 ? 'done' : 'open', detail };
}

function trustedStep({ trusted }: ProjectStatus): Step {
  const isEnough = trusted.targetPerClass > 0 && trusted.smallestPerClass >= trusted.targetPerClass;
  const detail = isEnough
    ? `${formatCount(trusted.total)} checked`
    : `${formatCount(trusted.smallestPerClass)} of ${formatCount(trusted.targetPerClass)} per class`;
  return { page: 'trusted', title: 'Trusted set', mark: isEnough ? 'done' : 'open', detail };
}

function trainStep({ runs }: ProjectStatus, isRunning: boolean): Step {
  if (isRunning) return { page: 'train', title: 'Train', mark: 'running', detail: 'Training' };
  if (runs.latest?.status === 'failed') {
    return { page: 'train', title: 'Train', mark: 'warning', detail: 'The last run failed' };
  }
  const detail =
    runs.finished === 0 ? 'No run yet' : `${formatCount(runs.finished)} ${runs.finished === 1 ? 'run' : 'runs'}`;
  return { page: 'train', title: 'Train', mark: runs.finished > 0 ? 'done' : 'open', detail };
}

function auditStep({ runs }: ProjectStatus, isRunning: boolean): Step {
  const step = { page: 'audit', title: 'Audit' } as const;
  if (isRunning) return { ...step, mark: 'running', detail: 'Self-test' };
  return { ...step, mark: 'open', detail: runs.finished === 0 ? 'After training' : 'How many are wrong?' };
}

function reviewStep({ decisions }: ProjectStatus): Step {
  const judged = Object.values(decisions).reduce((sum, count) => sum + count, 0);
  const detail = judged === 0 ? 'Nothing judged yet' : `${formatCount(judged)} judged`;
  return { page: 'review', title: 'Review', mark: 'open', detail };
}
