/** The user's preferences and recent projects, in one small JSON file. */
import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { toTouchstoneError } from '../../media/file-system-errors.ts';
import type { UserFiles } from '../../services/ports/host-ports.ts';
import { writeAtomically } from './atomic-file.ts';

const contentSchema = v.object({
  preferences: v.array(v.tuple([v.string(), v.string()])),
  recentProjects: v.array(v.object({ folder: v.string(), name: v.string(), openedAtMs: v.number() })),
});

type Content = v.InferOutput<typeof contentSchema>;

/** Reads the file once. Another process that writes it is overwritten by the next change: the last one wins. */
export function openUserFiles(userDataFolder: string): UserFiles {
  const file = path.join(userDataFolder, 'user.json');
  let content = readContent(file);
  let lastWrite: Promise<void> = Promise.resolve();

  /** One write after the other, so that the newest content is the one that stays. */
  function save(next: Content): Promise<void> {
    content = next;
    const write = lastWrite.then(() => writeAtomically(file, JSON.stringify(next, null, 2)));
    lastWrite = write.catch(() => undefined);
    return write.catch((error: unknown) => {
      throw toTouchstoneError(error, 'write', file);
    });
  }

  return {
    preference: (name) => content.preferences.find(([known]) => known === name)?.[1] ?? null,
    setPreference: (name, value) => {
      const others = content.preferences.filter(([known]) => known !== name);
      return save({ ...content, preferences: value === null ? others : [...others, [name, value]] });
    },
    recentProjects: () => content.recentProjects,
    setRecentProjects: (projects) => save({ ...content, recentProjects: [...projects] }),
  };
}

/** Preferences are not worth refusing to start for: a damaged file is put aside and forgotten. */
function readContent(file: string): Content {
  const nothing = { preferences: [], recentProjects: [] };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return nothing;
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), contentSchema), text);
  if (parsed.success) return parsed.output;
  renameSync(file, `${file}.damaged`);
  return nothing;
}
