/** Once a day, while a project is in use, its file is copied: `backups/` in its folder. */
import { isTouchstoneError } from '../core/errors.ts';
import type { OpenProject } from './open-projects.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { ServiceContext } from './service-context.ts';

const dayMs = 24 * 3600 * 1000;
const lookEveryMs = 60_000;
/** After a failure (a full disk, a lock). */
const tryAgainMs = 3600 * 1000;

export interface DailyBackups {
  /** Looks now; resolves when what is due is done. */
  look(): Promise<void>;
  /** No more copies; waits for the one that is being made. */
  stop(): Promise<void>;
}

export function keepDailyBackups({ projects, ports }: Pick<ServiceContext, 'projects' | 'ports'>): DailyBackups {
  const triedAtMs = new Map<string, number>();
  let running: Promise<void> | null = null;

  async function copy(project: OpenProject): Promise<void> {
    const { stores, id } = project;
    const nowMs = ports.clock.nowMs();
    if (nowMs - (triedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < tryAgainMs || !isDue(stores, nowMs)) return;
    triedAtMs.set(id, nowMs);
    try {
      await stores.backUp('daily', nowMs);
    } catch (error) {
      // The project was closed meanwhile, or the disk is full: nobody asked for the copy, so nobody is interrupted.
      if (!isTouchstoneError(error) && projects.ids().includes(id)) ports.reportBug(error);
    }
  }

  async function copyAll(): Promise<void> {
    for (const project of projects.all()) await copy(project);
  }

  const look = (): Promise<void> => {
    running ??= copyAll().finally(() => {
      running = null;
    });
    return running;
  };
  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  return {
    look,
    stop: async () => {
      clearInterval(timer);
      await look();
    },
  };
}

/** A day after the last copy (or the making of the project), where something has changed since. A clock that was set back counts as a day. */
export function isDue(stores: ProjectStores, nowMs: number): boolean {
  if (stores.info.isReadOnly) return false;
  const last = stores.backups().at(-1)?.madeAtMs ?? stores.info.createdAtMs;
  return Math.abs(nowMs - last) >= dayMs && stores.changedAtMs() > Math.min(last, nowMs);
}
