/** Class names by id, for printing. */
import type { ClassId } from '../../core/dataset/sample.ts';
import type { ProjectStatus } from '../../contract/payloads.ts';

export type NameOf = (classId: ClassId | null) => string;

/** No class gives the empty string. */
export function classNames(classes: ProjectStatus['classes']): NameOf {
  const names = new Map(classes.map(({ classId, name }) => [classId, name]));
  return (classId) => (classId === null ? '' : (names.get(classId) ?? ''));
}
