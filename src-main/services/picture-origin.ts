/** Where the picture of a sample comes from. Pictures go by URL, past the methods; the shells ask here. */
import type { ProjectId } from '../contract/payloads.ts';
import type { Sample, SampleId } from '../core/dataset/sample.ts';
import type { OpenProjects } from './open-projects.ts';

export interface PictureOrigin {
  readonly sample: Sample;
  readonly project: { readonly folder: string; readonly datasetFolder: string };
}

/** Null for a project that is not open or has nothing imported, and for an unknown sample. */
export function findPictureOrigin(
  projects: OpenProjects,
  projectId: ProjectId,
  sampleId: SampleId,
): PictureOrigin | null {
  if (!projects.ids().includes(projectId)) return null;
  const { info, samples } = projects.get(projectId).stores;
  const sample = samples.byId(sampleId);
  if (!sample || !info.source) return null;
  return { sample, project: { folder: info.folder, datasetFolder: info.source.folder } };
}
