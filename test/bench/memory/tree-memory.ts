/** How much memory a process and its descendants hold together; Linux. */
import { readdirSync, readFileSync } from 'node:fs';

const KIB = 1024;

/** Calls `onSample` with the resident bytes of this process and all below it; returns what stops it. Copies of shared pages count twice. */
export function watchTree(onSample: (bytes: number) => void, everyMs = 200): () => void {
  const timer = setInterval(() => onSample(treeBytes(process.pid)), everyMs);
  return () => clearInterval(timer);
}

function treeBytes(processId: number): number {
  return residentBytes(processId) + childrenOf(processId).reduce((total, child) => total + treeBytes(child), 0);
}

function childrenOf(processId: number): readonly number[] {
  const folder = `/proc/${processId}/task`;
  return orNone(() => readdirSync(folder)).flatMap((thread) =>
    orNone(() => readFileSync(`${folder}/${thread}/children`, 'utf8').split(' ').filter(Boolean)).map(Number),
  );
}

function residentBytes(processId: number): number {
  const [line = ''] = orNone(() => [readFileSync(`/proc/${processId}/status`, 'utf8')]);
  return Number(/VmRSS:\s+(\d+)/.exec(line)?.[1] ?? 0) * KIB;
}

/** Processes and threads end while they are looked at. */
function orNone<Value>(read: () => readonly Value[]): readonly Value[] {
  try {
    return read();
  } catch {
    return [];
  }
}
