/**
 * Whether one path lies inside another. Works on text alone: resolve links first where they matter.
 */
import { isAbsolute, relative, sep } from 'node:path';

/** True where `inner` is `outer` or lies below it. Both absolute. */
export function isInsideOrSame(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** True for a `/`-separated relative path that names something below its root: no `..`, no empty part, no drive, no NUL. */
export function isPlainRelativePath(path: string): boolean {
  if (path === '' || path.includes('\0') || isAbsolute(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !/^[A-Za-z]:/.test(path);
}
