/** Puts paths of the host's file system together and apart, by the separator that they use themselves. */

function separatorOf(folder: string): '\\' | '/' {
  return /^[A-Za-z]:|^\\\\/.test(folder) ? '\\' : '/';
}

/** True for a path from the root of a disk: any other would be looked for wherever the host was started. */
export function isWholePath(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** What is said of any other path. */
export const wholePathWanted = 'Give the whole path, from the root of the disk.';

/** The path of a name inside a folder. */
export function joinPath(folder: string, name: string): string {
  const separator = separatorOf(folder);
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`;
}

/** A name as that of one file or folder on any system: nothing in it leads elsewhere or is refused by Windows. */
export function fileNameFor(name: string): string {
  const plain = name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '-');
  return plain.replace(/^[\s.]+|[\s.]+$/g, '');
}

/** The last part of a path: the name of the file or folder itself. Empty for a root. */
export function lastPart(path: string): string {
  const separator = separatorOf(path);
  return path.split(separator).findLast((part) => part !== '') ?? '';
}

/** The folder that a file lies in. */
export function folderOf(file: string): string {
  const separator = separatorOf(file);
  const end = file.lastIndexOf(separator);
  if (end < 0) return file;
  const folder = file.slice(0, end);
  return folder === '' || folder.endsWith(':') ? `${folder}${separator}` : folder;
}
