/** The check of the pictures: nearly identical ones, and ones that are blurred, dark, bright, oddly shaped or empty of information. */
import { noVerdict } from '../core/dataset/decision.ts';
import type { ProblemKind, Sample } from '../core/dataset/sample.ts';
import { judgeMeasures, mostOfOneKind, qualityKinds } from '../core/pictures/judge-measures.ts';
import { hashWords, thumbSide, usualLimits, type NearPair, type PictureHashes } from '../core/similarity/near-pairs.ts';
import type { JobControl } from './job-service.ts';
import type { OpenProject } from './open-projects.ts';
import type { ProjectStores } from './ports/project-files.ts';
import type { Finding } from './ports/finding-store.ts';
import type { MeasuredPicture } from './ports/picture-meter.ts';
import type { ServicePorts } from './service-context.ts';
import { readPresent, sketchImages } from './sketch-images.ts';

type CheckPorts = Pick<ServicePorts, 'embedder' | 'pictureMeter' | 'analyst' | 'clock'>;

/** Replaces the stored findings, all at once at the end: a cancelled check leaves the old ones. */
export async function checkPictures(
  ports: CheckPorts,
  { stores, views }: OpenProject,
  control: JobControl,
): Promise<void> {
  const { info } = stores;
  const importRevision = stores.samples.importRevision();
  const samples = await readPresent(stores);
  const options = { signal: control.signal, onProgress: control.report };
  const project = { folder: info.folder, datasetFolder: info.source?.folder ?? info.folder };
  const { hashes, quality } = await measureAll(ports, project, samples, options);
  const sketch = await sketchImages(ports, stores, samples, options);
  const input = { sketch, pictures: hashes, limits: usualLimits };
  const pairs = await ports.analyst.findNearPairs(input, options);
  const { kept, leftOut } = withoutCommon(quality, samples.length);
  const findings = [...kept, ...describePairs(stores, samples, pairs)];
  const check = { checkedAtMs: ports.clock.nowMs(), images: samples.length, hadVectors: sketch !== null };
  stores.findings.replace({ ...check, importRevision, leftOut }, findings);
  views.findingsChanged();
}

async function measureAll(
  { pictureMeter }: CheckPorts,
  project: Parameters<ServicePorts['pictureMeter']['measure']>[0],
  samples: readonly Sample[],
  options: Parameters<ServicePorts['pictureMeter']['measure']>[2],
) {
  const hashes: PictureHashes = {
    hashes: new Uint32Array(samples.length * hashWords),
    thumbs: new Uint8Array(samples.length * thumbSide ** 2),
    isTelling: new Uint8Array(samples.length),
  };
  const quality: Finding[] = [];
  let place = 0;
  for await (const measured of pictureMeter.measure(project, samples, options)) {
    const sample = samples[place];
    if (measured && sample) quality.push(...take(measured, sample, place, hashes));
    place += 1;
  }
  return { hashes, quality };
}

function take({ measures, hash, thumb }: MeasuredPicture, { id }: Sample, place: number, to: PictureHashes): Finding[] {
  const found = judgeMeasures(measures);
  to.hashes.set(hash, place * hashWords);
  to.thumbs.set(thumb, place * thumbSide ** 2);
  to.isTelling[place] = Number(!found.some(({ kind }) => kind === 'low-information'));
  return found.map(({ kind, value }) => ({ sampleId: id, kind, otherSampleId: null, value }));
}

/** Kinds that too many pictures have say something of the domain, not of one picture. */
function withoutCommon(findings: readonly Finding[], images: number) {
  const leftOut: ProblemKind[] = qualityKinds.filter(
    (wanted) => findings.filter(({ kind }) => kind === wanted).length > mostOfOneKind * images,
  );
  return { kept: findings.filter(({ kind }) => !leftOut.includes(kind)), leftOut };
}

/**
 * Of each image the most similar other one. Copies with the same bytes are left to the import, which lists them as duplicates. An
 * image like a trusted one, without being trusted itself, leaks the trusted set into the training.
 */
function describePairs(
  stores: ProjectStores,
  samples: readonly Sample[],
  pairs: readonly NearPair[],
): readonly Finding[] {
  const best = new Map<string, Finding>();
  const verdicts = stores.verdicts.trusted();
  const labelOf = ({ id, givenClassId }: Sample): number =>
    verdicts.get(id) ?? (stores.verdicts.byId(id) ?? noVerdict).trustedClassId ?? givenClassId;
  const add = (finding: Finding): void => {
    const key = `${finding.sampleId} ${finding.kind}`;
    if ((best.get(key)?.value ?? -1) < finding.value) best.set(key, finding);
  };
  for (const { a, b, similarity } of pairs) {
    const [one, other] = [samples[a], samples[b]];
    if (!one || !other || one.contentHash === other.contentHash) continue;
    const kind = labelOf(one) === labelOf(other) ? 'near-duplicate' : 'near-duplicate-other-label';
    add({ sampleId: one.id, kind, otherSampleId: other.id, value: similarity });
    add({ sampleId: other.id, kind, otherSampleId: one.id, value: similarity });
    if (verdicts.has(one.id) === verdicts.has(other.id)) continue;
    const [trusted, free] = verdicts.has(one.id) ? [one, other] : [other, one];
    add({ sampleId: free.id, kind: 'near-duplicate-of-trusted', otherSampleId: trusted.id, value: similarity });
  }
  return [...best.values()];
}
