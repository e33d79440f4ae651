/** The map of the embeddings: drawn as a job, kept in the project, read as arrays. */
import type { MethodHandlers } from '../contract/methods.ts';
import type { MapPoints } from '../contract/payloads.ts';
import { TouchstoneError } from '../core/errors.ts';
import { createRandom } from '../core/random/random-generator.ts';
import { shuffle } from '../core/random/shuffle.ts';
import { sketchCosine } from '../core/similarity/sketch.ts';
import type { JobControl } from './job-service.ts';
import type { OpenProject } from './open-projects.ts';
import { emitChange, type ServiceContext } from './service-context.ts';
import { readPresent, sketchImages } from './sketch-images.ts';

export type MapMethods = Pick<MethodHandlers, 'map/draw' | 'map/points'>;

/** Images that are laid out together; the others are placed between them. More take minutes and change little. */
const mostLandmarks = 3000;
const seed = 314_159;

export function createMapMethods(context: ServiceContext): MapMethods {
  const { projects, jobs } = context;
  return {
    'map/draw': ({ projectId }) => {
      const project = projects.getWritable(projectId);
      const running = jobs.running('map', projectId);
      if (running) return { jobId: running.jobId };
      const work = async (control: JobControl) => {
        const images = await drawMap(context, project, control);
        project.views.mapChanged();
        emitChange(context, project, 'project');
        return { images };
      };
      return { jobId: jobs.start('map', projectId, work) };
    },
    'map/points': ({ projectId, runId }) => describeMap(projects.get(projectId), runId),
  };
}

async function drawMap({ ports }: ServiceContext, { stores }: OpenProject, control: JobControl): Promise<number> {
  const options = { signal: control.signal, onProgress: control.report };
  const samples = await readPresent(stores);
  const sketch = await sketchImages(ports, stores, samples, options);
  if (!sketch) {
    const message = 'There are no vectors to draw a map of. Train on embeddings first, then draw it.';
    throw new TouchstoneError('run-not-found', message);
  }
  const rows = samples.flatMap((_, place) => (sketchCosine(sketch, place, place) > 0.5 ? [place] : []));
  const landmarks = drawLandmarks(rows);
  const { coordinates } = sketch;
  const points = await ports.analyst.layOut({ coordinates, landmarks, seed }, options);
  const sampleIds = Uint32Array.from(rows, (place) => samples[place]?.id ?? 0);
  const own = Float32Array.from(
    { length: 2 * rows.length },
    (_, at) => points[2 * (rows[at >> 1] ?? 0) + (at & 1)] ?? 0,
  );
  stores.maps.replace({ madeAtMs: ports.clock.nowMs(), sampleIds, points: own });
  return rows.length;
}

/** Rows drawn at random, ascending. */
function drawLandmarks(rows: readonly number[]): Int32Array {
  const shuffled = Int32Array.from(rows);
  shuffle(shuffled, createRandom(seed));
  return shuffled.slice(0, mostLandmarks).sort();
}

async function describeMap(
  { stores, views, lists }: OpenProject,
  runId: Parameters<MapMethods['map/points']>[0]['runId'],
): Promise<MapPoints | null> {
  const map = stores.maps.read();
  if (map === null) return null;
  const index = await views.index();
  const runView = await lists.runViewFor(runId);
  const ranks = runView && (await runView.ranking('suspicion'));
  const shown: number[] = [];
  map.sampleIds.forEach((id, place) => index.positionOf(id) >= 0 && shown.push(place));
  const positions = Int32Array.from(shown, (place) => index.positionOf(map.sampleIds[place] ?? 0));
  const percentile = (position: number): number => {
    const rank = ranks?.ranks[position] ?? 0;
    return rank === 0 || !ranks ? 255 : Math.round((254 * (rank - 1)) / Math.max(1, ranks.suspectCount - 1));
  };
  return {
    madeAtMs: map.madeAtMs,
    count: shown.length,
    missing: index.count - shown.length,
    sampleIds: toBase64(Uint32Array.from(shown, (place) => map.sampleIds[place] ?? 0)),
    points: toBase64(
      Uint16Array.from({ length: 2 * shown.length }, (_, at) =>
        Math.round(65_535 * (map.points[2 * (shown[at >> 1] ?? 0) + (at & 1)] ?? 0)),
      ),
    ),
    givenClassIds: toBase64(Uint16Array.from(positions, (position) => index.givenClassIds[position] ?? 0)),
    decisions: toBase64(
      Uint8Array.from(positions, (position) =>
        (index.trustedClassIds[position] ?? 0) === 0 ? (index.decisions[position] ?? 0) : 255,
      ),
    ),
    suspicion: toBase64(Uint8Array.from(positions, percentile)),
  };
}

function toBase64({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array | Uint32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
