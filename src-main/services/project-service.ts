/** Projects: make, open, look at and close them, and remember which were open lately. */
import path from 'node:path';
import type { MethodHandlers } from '../contract/methods.ts';
import type { ProjectId, RecentProject } from '../contract/payloads.ts';
import { TouchstoneError } from '../core/errors.ts';
import type { OpenProject } from './open-projects.ts';
import { describeProject } from './project-status.ts';
import { emitChange, type ServiceContext } from './service-context.ts';

const keptRecentProjects = 20;

export type ProjectMethods = Pick<
  MethodHandlers,
  | 'project/list-recent'
  | 'project/forget-recent'
  | 'project/create'
  | 'project/open'
  | 'project/status'
  | 'project/close'
  | 'project/delete-cache'
>;

export function createProjectMethods(context: ServiceContext): ProjectMethods {
  const { projects, ports } = context;
  return {
    'project/list-recent': () => listRecent(context),
    'project/forget-recent': async ({ folder }) => {
      const others = ports.userFiles.recentProjects().filter((recent) => recent.folder !== folder);
      await ports.userFiles.setRecentProjects(others);
    },
    'project/create': async ({ folder, name }) => {
      const project = projects.create(folder, name ?? path.basename(path.resolve(folder)));
      return welcome(context, project);
    },
    'project/open': async ({ folder, ...options }) => welcome(context, projects.open(folder, options)),
    'project/status': ({ projectId }) => describeProject(projects.get(projectId), ports.cacheFiles),
    'project/close': ({ projectId }) => closeProject(context, projectId),
    'project/delete-cache': async ({ projectId }) => {
      const project = projects.getWritable(projectId);
      refuseWhileTraining(context, project);
      const bytesFreed = await ports.cacheFiles.clear(project.stores.info.folder);
      emitChange(context, project, 'project');
      return { bytesFreed };
    },
  };
}

/** Stops the project's jobs before its file is closed. */
export async function closeProject({ jobs, projects }: ServiceContext, projectId: ProjectId): Promise<void> {
  projects.get(projectId);
  await jobs.cancelAll(projectId);
  if (projects.ids().includes(projectId)) projects.close(projectId);
}

/** Puts the project on top of the recent ones and says how it stands. */
export async function welcome({ ports }: ServiceContext, project: OpenProject) {
  const { folder, name } = project.stores.info;
  const others = ports.userFiles.recentProjects().filter((recent) => recent.folder !== folder);
  const recent = [{ folder, name, openedAtMs: ports.clock.nowMs() }, ...others].slice(0, keptRecentProjects);
  // Without a home directory, or on a full disk, the list is not kept; the project itself can be worked on.
  await ports.userFiles.setRecentProjects(recent).catch(() => undefined);
  return describeProject(project, ports.cacheFiles);
}

async function listRecent({ ports }: ServiceContext): Promise<readonly RecentProject[]> {
  return Promise.all(
    ports.userFiles.recentProjects().map(async (recent) => ({
      ...recent,
      isPresent: await ports.folderBrowser.isFolder(recent.folder),
    })),
  );
}

function refuseWhileTraining({ jobs }: ServiceContext, project: OpenProject): void {
  if (jobs.running('training', project.id) === null) return;
  throw new TouchstoneError(
    'run-in-progress',
    'A training is running and uses the cache. Wait for it or cancel it first.',
  );
}
