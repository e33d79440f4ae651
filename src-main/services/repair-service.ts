/** Checking and mending a project: its file, its images' places, its checkpoints, its caches. Says what it did. */
import path from 'node:path';
import type { MethodHandlers } from '../contract/methods.ts';
import type { BackupView, RepairReport } from '../contract/payloads.ts';
import { isTouchstoneError, TouchstoneError } from '../core/errors.ts';
import type { RunId } from '../core/dataset/sample.ts';
import type { JobControl } from './job-service.ts';
import type { OpenProject } from './open-projects.ts';
import type { BackupFile } from './ports/project-repair.ts';
import { closeProject } from './project-service.ts';
import { relinkImages } from './relink-images.ts';
import { emitChange, type ServiceContext } from './service-context.ts';

export type RepairMethods = Pick<MethodHandlers, 'project/repair' | 'project/backups'>;

interface Wanted {
  readonly folder: string;
  readonly checkOnly: boolean;
  readonly images: string | null;
  readonly restore: string | null;
  readonly rebuildCaches: boolean;
}

export function createRepairMethods(context: ServiceContext): RepairMethods {
  return {
    'project/repair': ({ folder, checkOnly = false, images, restore, rebuildCaches = false }) => {
      if (checkOnly && (images !== undefined || restore !== undefined || rebuildCaches)) {
        throw new TouchstoneError(
          'wrong-use',
          'A check alone changes nothing: leave out what is to be changed, or check without "only".',
        );
      }
      const wanted: Wanted = {
        folder: path.resolve(folder),
        checkOnly,
        images: images === undefined ? null : path.resolve(images),
        restore: restore ?? null,
        rebuildCaches,
      };
      return { jobId: context.jobs.start('repair', null, (control) => repair(context, wanted, control)) };
    },
    'project/backups': ({ folder }) =>
      context.ports.projectRepair.backups(path.resolve(folder)).toReversed().map(toView),
  };
}

async function repair(context: ServiceContext, wanted: Wanted, control: JobControl): Promise<RepairReport> {
  const openId = context.projects.idOf(wanted.folder);
  if (openId === null || wanted.checkOnly) return repairFile(context, wanted, control);
  // The job belongs to no project: it is not among those that this ends.
  await closeProject(context, openId);
  try {
    return await repairFile(context, wanted, control);
  } finally {
    reopen(context, wanted.folder);
  }
}

/** For the pages that look at it; where it cannot be read even now, they are told when they ask. */
function reopen(context: ServiceContext, folder: string): void {
  try {
    const project = context.projects.open(folder);
    emitChange(context, project, 'samples');
    emitChange(context, project, 'verdicts');
  } catch (error) {
    if (!isTouchstoneError(error)) throw error;
  }
}

async function repairFile(context: ServiceContext, wanted: Wanted, control: JobControl): Promise<RepairReport> {
  const { ports } = context;
  const { folder, checkOnly } = wanted;
  const remarks: string[] = [];

  control.report({ stage: 'Checking the project file', done: 0, total: null });
  const restored = wanted.restore === null ? null : restoreBackup(context, folder, wanted.restore, remarks);
  const file = await ports.projectRepair.check(folder);
  if (file.state === 'missing' && ports.projectRepair.backups(folder).length === 0) throw noProject(folder);
  const removedFiles = checkOnly ? [] : ports.projectRepair.removeUnfinished(folder);
  const rescue = file.state === 'sound' || checkOnly ? null : await rescueFile(context, folder, control, remarks);
  if (file.state !== 'sound' && checkOnly)
    remarks.push('The project file is damaged. Run the check again with repairs.');
  const isReadable = file.state === 'sound' || file.state === 'damaged' || rescue !== null;
  const rest = isReadable ? await checkOpened(context, wanted, control, remarks) : unreadable;
  return {
    ...{ folder, file, rescue: rescue && { tables: rescue.tables, backup: rescue.backup, keptAs: rescue.keptAs } },
    ...{
      restored,
      removedFiles,
      ...rest,
      backups: ports.projectRepair.backups(folder).toReversed().map(toView),
      remarks,
    },
  };
}

const unreadable = { images: null, lostCheckpoints: [], cacheBytesFreed: 0 };

function restoreBackup({ ports }: ServiceContext, folder: string, name: string, remarks: string[]): string {
  const kept = ports.projectRepair.restore(folder, name, ports.clock.nowMs());
  remarks.push(`The backup was put in place.${kept === '' ? '' : ` What was there is kept as ${kept}.`}`);
  return name;
}

async function rescueFile({ ports }: ServiceContext, folder: string, { report }: JobControl, remarks: string[]) {
  report({ stage: 'Rescuing what can still be read', done: 0, total: null });
  const rescue = await ports.projectRepair.rescue(folder, ports.clock.nowMs());
  remarks.push(...rescue.remarks);
  return rescue;
}

type Opened = Pick<RepairReport, 'images' | 'lostCheckpoints' | 'cacheBytesFreed'>;

/** What takes an open project. It stays open only where it was before. */
async function checkOpened(
  context: ServiceContext,
  wanted: Wanted,
  control: JobControl,
  remarks: string[],
): Promise<Opened> {
  const { projects } = context;
  const wasOpen = projects.idOf(wanted.folder) !== null;
  const project = projects.open(wanted.folder);
  try {
    if (project.stores.info.isReadOnly && !wanted.checkOnly)
      remarks.push('The project may not be written: nothing in it was changed.');
    const lostCheckpoints = await findLostCheckpoints(context, project);
    if (lostCheckpoints.length > 0)
      remarks.push(`The last state of run ${lostCheckpoints.join(', ')} is lost: it cannot go on. Train again.`);
    const images = await relinkImages(context, project, { ...wanted, remarks }, control);
    if (images !== null && images.relinked > 0) {
      project.views.samplesChanged();
      emitChange(context, project, 'samples');
    }
    const cacheBytesFreed = wanted.rebuildCaches ? await rebuildCaches(context, project, control, remarks) : 0;
    return { images, lostCheckpoints, cacheBytesFreed };
  } finally {
    if (!wasOpen && projects.ids().includes(project.id)) projects.close(project.id);
  }
}

async function findLostCheckpoints({ ports }: ServiceContext, { stores }: OpenProject): Promise<readonly RunId[]> {
  const lost: RunId[] = [];
  for (const { id, status } of stores.runs.all()) {
    const file = status === 'finished' ? null : stores.runs.checkpointFile(id);
    if (file === null) continue;
    const found = await ports.checkpointFiles.read(stores.info.folder, file).catch(() => null);
    if (found === null) lost.push(id);
  }
  return lost;
}

/** Pictures' vectors for the newest run's backbone; thumbnails and pixels come back by themselves when they are looked at. */
async function rebuildCaches(
  { ports }: ServiceContext,
  { stores }: OpenProject,
  control: JobControl,
  remarks: string[],
): Promise<number> {
  const { info, runs, samples } = stores;
  const freed = await ports.cacheFiles.clear(info.folder);
  const run = runs.all().find(({ settings }) => settings.network === 'head');
  if (run === undefined || info.source === null) return freed;
  const { backbone, imageSize } = run.settings;
  const project = { folder: info.folder, datasetFolder: info.source.folder };
  const { problems } = await ports.embedder.embed(project, samples.all('present'), backbone, imageSize, {
    signal: control.signal,
    onProgress: control.report,
  });
  remarks.push(
    `The caches were made anew${problems.length === 0 ? '' : `; ${problems.length} images could not be read`}.`,
  );
  return freed;
}

function noProject(folder: string): TouchstoneError {
  return new TouchstoneError(
    'project-not-found',
    `There is no Touchstone project in ${folder}, and no backup of one. Check the path.`,
    {
      details: { folder },
    },
  );
}

function toView({ name, number, madeAtMs, reason, sizeBytes }: BackupFile): BackupView {
  return { name, number, madeAtMs, reason, sizeBytes };
}
