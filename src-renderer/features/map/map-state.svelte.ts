/** The map: its points, the part in view, what is under the pointer or the cross, and the area that is chosen. No DOM. */
import type { JobState, ProjectId } from '../../../src-main/contract/payloads.ts';
import type { ClassId } from '../../../src-main/core/dataset/sample.ts';
import { formatCount, formatImages } from '../../lib/format.ts';
import { coalesce } from '../../lib/coalesce.ts';
import type { AppState } from '../frame/app-state.svelte.ts';
import { JobSlot } from '../frame/job-slot.svelte.ts';
import type { Colouring } from './map-colours.ts';
import { circleArea, decodeMap, nearestPoint, thinLine, visitWithin, type MapData } from './map-data.ts';
import { panMap, wholeMap, zoomMap, type MapFrame, type MapWindow } from './map-view.ts';

/** Corners of a hand-drawn area that are kept: more than the hand can mean. */
const mostCorners = 200;
/** Pixels within which a point counts as under the pointer. */
const reachPixels = 12;
/** Share of the window that an arrow key moves the cross. */
const crossStep = 0.03;
const smallestArea = 6;

export class MapState {
  readonly app: AppState;
  readonly projectId: ProjectId;
  readonly drawing: JobSlot;
  data = $state.raw<MapData | null>(null);
  missing = $state(0);
  madeAtMs = $state(0);
  isLoaded = $state(false);
  colouring = $state<Colouring>('class');
  window = $state.raw<MapWindow>(wholeMap);
  frame = $state.raw<MapFrame>({ width: 0, height: 0 });
  hovered = $state<number | null>(null);
  /** What is being drawn: map coordinates. */
  line = $state.raw<readonly number[]>([]);
  /** For the keyboard: a circle that is moved and chosen. Null until a key asks for it. */
  cross = $state.raw<{ readonly x: number; readonly y: number; readonly radius: number } | null>(null);
  readonly crossWords = $derived.by(() => this.#describeCross());
  readonly load: () => Promise<void>;
  readonly #chooseArea: (area: readonly number[]) => void;

  /** chooseArea: filters the list. */
  constructor(app: AppState, projectId: ProjectId, chooseArea: (area: readonly number[]) => void) {
    this.app = app;
    this.projectId = projectId;
    this.#chooseArea = chooseArea;
    const onEnd = (job: JobState): void => void (job.status === 'done' && this.load());
    this.drawing = new JobSlot(app, { kind: 'map', projectId, isShared: true, onEnd });
    this.load = coalesce(() => this.#load());
  }

  /** Follows the host. Returns the function that ends it. */
  start(): () => void {
    const endings = [
      this.drawing.attach(),
      this.app.api.on('project/changed', ({ projectId, what }) => {
        if (projectId === this.projectId && what !== 'project' && this.isLoaded) void this.load();
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  async draw(): Promise<void> {
    await this.drawing.start(this.app.api.call('map/draw', { projectId: this.projectId }));
  }

  zoom(factor: number, px = this.frame.width / 2, py = this.frame.height / 2): void {
    this.window = zoomMap(this.frame, this.window, factor, px, py);
  }

  pan(dx: number, dy: number): void {
    this.window = panMap(this.frame, this.window, dx, dy);
  }

  fit(): void {
    this.window = wholeMap;
  }

  hover(x: number, y: number, scale: number): void {
    this.hovered = this.data && nearestPoint(this.data, x, y, reachPixels / scale);
  }

  /** Goes on with the line; the first point begins it. */
  extendLine(x: number, y: number): void {
    this.line = [...this.line, x, y];
  }

  /** Closes the line and chooses what it encloses. Returns false for one too short to enclose anything. */
  closeLine(): boolean {
    const { line } = this;
    this.line = [];
    if (line.length < 2 * smallestArea) return false;
    this.#chooseArea(thinLine(line, mostCorners));
    return true;
  }

  /** Moves the cross by steps of the window; the first call shows it. */
  moveCross(dx: number, dy: number): void {
    const { zoom } = this.window;
    const cross = this.cross ?? { x: this.window.x, y: this.window.y, radius: 0.06 / zoom };
    const clamp = (value: number): number => Math.min(1, Math.max(0, value));
    const step = this.cross ? crossStep / zoom : 0;
    this.cross = { ...cross, x: clamp(cross.x + dx * step), y: clamp(cross.y + dy * step) };
  }

  resizeCross(factor: number): void {
    this.moveCross(0, 0);
    if (this.cross) this.cross = { ...this.cross, radius: Math.min(0.7, Math.max(0.002, this.cross.radius * factor)) };
  }

  chooseCross(): void {
    const { cross } = this;
    if (cross) this.#chooseArea(circleArea(cross.x, cross.y, cross.radius));
  }

  nameOf(classId: number): string {
    const counts = this.app.project?.classes.find((known) => known.classId === (classId as ClassId));
    return counts?.name ?? `class ${classId}`;
  }

  async #load(): Promise<void> {
    const input = { projectId: this.projectId };
    const points = await this.app.attempt(this.app.api.call('map/points', input));
    this.data = points && decodeMap(points);
    this.missing = points?.missing ?? 0;
    this.madeAtMs = points?.madeAtMs ?? 0;
    this.hovered = null;
    this.isLoaded = true;
  }

  /** "34 pictures in the circle: 20 glass, 14 metal". */
  #describeCross(): string {
    const { cross, data } = this;
    if (!cross || !data) return '';
    const counts = new Map<number, number>();
    let total = 0;
    visitWithin(data, cross, (place) => {
      const classId = data.classIds[place] ?? 0;
      counts.set(classId, (counts.get(classId) ?? 0) + 1);
      total += 1;
    });
    if (total === 0) return 'No image in the circle';
    const named = [...counts]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 3)
      .map(([classId, count]) => `${formatCount(count)} ${this.nameOf(classId)}`);
    return `${formatImages(total)} in the circle: ${named.join(', ')}`;
  }
}
