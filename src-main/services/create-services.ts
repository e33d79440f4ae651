/** The composition root: ports in, the contract's methods and events out. Shells and tests start here. */
import type { MethodHandlers } from '../contract/methods.ts';
import type { ProjectId } from '../contract/payloads.ts';
import type { SampleId } from '../core/dataset/sample.ts';
import { createAppMethods } from './app-service.ts';
import { createAuditMethods } from './audit-service.ts';
import { createBackboneMethods } from './backbone-service.ts';
import { createDecisionMethods } from './decision-service.ts';
import { createEmbeddingMethods } from './embedding-service.ts';
import { createEngineMethods } from './engine-service.ts';
import { keepDailyBackups, type DailyBackups } from './daily-backups.ts';
import { EventHub } from './event-hub.ts';
import { createExportMethods } from './export-service.ts';
import { createImportMethods } from './import-service.ts';
import { followOthers } from './follow-others.ts';
import { JobService } from './job-service.ts';
import { createNetworkExportMethods } from './network-export.ts';
import { createMapMethods } from './map-service.ts';
import { OpenProjects } from './open-projects.ts';
import { findPictureOrigin, type PictureOrigin } from './picture-origin.ts';
import { closeProject, createProjectMethods } from './project-service.ts';
import { createRepairMethods } from './repair-service.ts';
import { createProblemMethods } from './problem-service.ts';
import { createReviewMethods } from './review-service.ts';
import { emitChange, type ServiceContext, type ServicePorts } from './service-context.ts';
import { createSelfTestMethods } from './self-test-service.ts';
import { createTrainingMethods } from './training-service.ts';
import { createTrustedMethods } from './trusted-service.ts';
import { createWeightsExportMethods } from './weights-export.ts';

export type { ServicePorts } from './service-context.ts';

export interface Services {
  /** Every method of the contract. What they throw that is no TouchstoneError is a bug, for the edge to report. */
  readonly methods: MethodHandlers;
  readonly events: Pick<EventHub, 'subscribe'>;
  /** Following jobs within this process, as the command line does. */
  readonly jobs: Pick<JobService, 'wait'>;
  /** Serves pictures by URL: what a sample's picture is made from, or null where project or sample are unknown. */
  findPicture(projectId: ProjectId, sampleId: SampleId): PictureOrigin | null;
  /** Cancels the jobs, waits until they have stopped, and closes every project. */
  close(): Promise<void>;
}

export function createServices(ports: ServicePorts): Services {
  const { clock, reportBug } = ports;
  const events = new EventHub();
  const jobs = new JobService({ events, clock, reportBug });
  const projects = new OpenProjects(ports, (project, what) =>
    emitChange({ events }, project, what === 'other' ? 'runs' : what),
  );
  const context: ServiceContext = { ports, events, jobs, projects };
  const stopFollowing = followOthers(context);
  const backups = keepDailyBackups(context);
  const methods: MethodHandlers = {
    ...createAppMethods(context),
    ...createProjectMethods(context),
    ...createRepairMethods(context),
    ...createImportMethods(context),
    ...createTrustedMethods(context),
    ...createTrainingMethods(context),
    ...createReviewMethods(context),
    ...createDecisionMethods(context),
    ...createAuditMethods(context),
    ...createSelfTestMethods(context),
    ...createProblemMethods(context),
    ...createMapMethods(context),
    ...createExportMethods(context),
    ...createWeightsExportMethods(context),
    ...createNetworkExportMethods(context),
    ...createEngineMethods(context),
    ...createBackboneMethods(context),
    ...createEmbeddingMethods(context),
    ...jobs.methods,
  };
  const findPicture: Services['findPicture'] = (projectId, sampleId) =>
    findPictureOrigin(context.projects, projectId, sampleId);
  return { methods, events, jobs, findPicture, close: () => closeAll(context, stopFollowing, backups) };
}

async function closeAll(context: ServiceContext, stopFollowing: () => void, backups: DailyBackups): Promise<void> {
  stopFollowing();
  await backups.stop();
  await context.jobs.cancelAll();
  for (const projectId of context.projects.ids()) await closeProject(context, projectId);
}
