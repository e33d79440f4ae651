/** Importing a dataset: a preview that writes nothing, the import itself, its report, and the example to try. */
import path from 'node:path';
import type { MethodHandlers } from '../contract/methods.ts';
import type { ImportPreview, LabelSpec, ProjectStatus } from '../contract/payloads.ts';
import { TouchstoneError } from '../core/errors.ts';
import { describeImport } from './import-report.ts';
import type { JobControl } from './job-service.ts';
import type { OpenProject } from './open-projects.ts';
import type { DatasetListing } from './ports/dataset-reader.ts';
import type { DatasetSource } from './ports/project-files.ts';
import type { ImportCounts } from './ports/sample-store.ts';
import { welcome } from './project-service.ts';
import { runImport } from './run-import.ts';
import { emitChange, type ServiceContext } from './service-context.ts';

const exampleSeed = 7;

export type ImportMethods = Pick<
  MethodHandlers,
  'import/preview' | 'import/start' | 'import/report' | 'project/create-example'
>;

export function createImportMethods(context: ServiceContext): ImportMethods {
  const { jobs, ports, projects } = context;
  const importInto = async (project: OpenProject, source: DatasetSource, control: JobControl) => {
    let counts: ImportCounts | null = null;
    try {
      counts = await runImport(project.stores, ports.datasetReader, source, control);
    } finally {
      project.stores.samples.recordImport(counts, ports.clock.nowMs());
      project.views.samplesChanged();
      emitChange(context, project, 'samples');
    }
    return describeImport(project);
  };
  return {
    'import/preview': ({ folder, labels }) => ({
      jobId: jobs.start('preview', null, async ({ signal, report }) => {
        const source = toSource(folder, labels);
        const listing = await ports.datasetReader.list(source.folder, source.labels, { signal, onProgress: report });
        return describeListing(source.folder, listing);
      }),
    }),
    'import/start': ({ projectId, folder, labels, update = false }) => {
      const project = projects.getWritable(projectId);
      const source = toSource(folder, labels);
      refuseSecondImport(context, project);
      if (!update) refuseOtherFolder(project, source);
      return { jobId: jobs.start('import', projectId, (control) => importInto(project, source, control)) };
    },
    'import/report': ({ projectId }) => describeImport(projects.get(projectId)),
    'project/create-example': ({ folder, seed = exampleSeed }) => ({
      jobId: jobs.start('example', null, (control) => createExample(context, { folder, seed }, importInto, control)),
    }),
  };
}

type ImportInto = (project: OpenProject, source: DatasetSource, control: JobControl) => Promise<unknown>;

/** The pictures and the project lie beside each other: the import of one must not find the other. */
async function createExample(
  context: ServiceContext,
  { folder, seed }: { readonly folder: string | undefined; readonly seed: number },
  importInto: ImportInto,
  control: JobControl,
): Promise<ProjectStatus> {
  const { ports, projects } = context;
  const home = folder === undefined ? await freeExampleFolder(context) : path.resolve(folder);
  const pictures = path.join(home, 'pictures');
  await ports.exampleDataset.draw(pictures, seed, { signal: control.signal, onProgress: control.report });
  const project = projects.create(path.join(home, 'project'), 'Example');
  await importInto(project, toSource(pictures, { kind: 'folders' }), control);
  return welcome(context, project);
}

async function freeExampleFolder({ ports }: ServiceContext): Promise<string> {
  const { projectsFolder } = ports.appInfo();
  for (let number = 1; ; number++) {
    const folder = path.join(projectsFolder, number === 1 ? 'Example' : `Example ${number}`);
    if (!(await ports.folderBrowser.isFolder(folder))) return folder;
  }
}

function toSource(folder: string, labels: LabelSpec): DatasetSource {
  return {
    folder: path.resolve(folder),
    labels: labels.kind === 'folders' ? labels : { kind: labels.kind, file: path.resolve(labels.file) },
  };
}

function describeListing(folder: string, { files, problems, recognisedAs }: DatasetListing): ImportPreview {
  const counts = new Map<string, number>();
  for (const { label } of files) counts.set(label, (counts.get(label) ?? 0) + 1);
  const classes = [...counts].map(([name, count]) => ({ name, files: count }));
  return { folder, recognisedAs, files: files.length, classes, problems };
}

function refuseSecondImport({ jobs }: ServiceContext, project: OpenProject): void {
  if (jobs.running('import', project.id) === null) return;
  throw new TouchstoneError('wrong-use', 'An import into this project is running. Wait for it or cancel it first.');
}

function refuseOtherFolder({ stores }: OpenProject, { folder }: DatasetSource): void {
  const known = stores.info.source?.folder;
  const count = stores.samples.count();
  if (known === undefined || known === folder || count === 0) return;
  const message = `This project holds ${count} images from ${known}, not from ${folder}. If the dataset has moved, import with update; otherwise make another project for it.`;
  throw new TouchstoneError('wrong-use', message, { details: { known, folder } });
}
