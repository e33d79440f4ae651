/** Export: says what would be written, then writes and verifies it as a job. */
import path from 'node:path';
import type { ExportRequest, MethodHandlers } from '../contract/methods.ts';
import type { ExportResult } from '../contract/payloads.ts';
import { planExport, type PlannedExport } from './export-plan.ts';
import type { JobControl } from './job-service.ts';
import type { OpenProject } from './open-projects.ts';
import type { ServiceContext } from './service-context.ts';

const manifestName = 'manifest.csv';

export type ExportMethods = Pick<MethodHandlers, 'export/plan' | 'export/start'>;

export function createExportMethods(context: ServiceContext): ExportMethods {
  const { jobs, projects } = context;
  return {
    'export/plan': async ({ projectId, folder, format, link }, { signal }) => {
      const request = { folder: path.resolve(folder), format, link };
      return (await prepare(context, projects.get(projectId), request, signal)).view;
    },
    'export/start': ({ projectId, folder, format, link }) => {
      const project = projects.get(projectId);
      const request = { folder: path.resolve(folder), format, link };
      return { jobId: jobs.start('export', projectId, (control) => runExport(context, project, request, control)) };
    },
  };
}

/** Refuses unsuitable folders before anything else. */
async function prepare(
  { ports }: ServiceContext,
  project: OpenProject,
  request: ExportRequest,
  signal: AbortSignal,
): Promise<PlannedExport> {
  const { info } = project.stores;
  if (info.source) await ports.datasetWriter.checkTarget(info.source.folder, info.folder, request.folder);
  return planExport(project, ports.datasetWriter, request, ports.clock.nowMs(), signal);
}

async function runExport(
  context: ServiceContext,
  project: OpenProject,
  request: ExportRequest,
  { signal, report }: JobControl,
): Promise<ExportResult> {
  report({ stage: 'Planning', done: 0, total: null });
  const { plan, view } = await prepare(context, project, request, signal);
  const written = await context.ports.datasetWriter.write(plan, { signal, onProgress: report });
  return { ...view, manifestFile: path.join(request.folder, manifestName), verified: written.filesWritten };
}
