/** Takes out of a text what a path says of its owner: what stays is the file and the folder that it lies in. */
import { homedir } from 'node:os';

/** Absolute paths of every system, also in `file://` addresses; a place in a source (`:12:5`) stays. */
const absolutePath = /(?:file:\/\/)?(?:[A-Za-z]:)?(?:[\\/][^\\/\s"'`:*?<>|()]+){3,}/g;

export function shortenPaths(text: string, home: string = homedir()): string {
  const homeless = home.length > 1 ? text.replaceAll(home, '~') : text;
  return homeless.replaceAll(absolutePath, (path) => {
    const parts = path.split(/[\\/]/);
    return `…/${parts.slice(-2).join('/')}`;
  });
}
