/** Names of backbones: plain file names that end in `.onnx`, which people may leave out. */
import { TouchstoneError } from '../../core/errors.ts';

/** Throws `invalid-value` for what could lead out of the folder, or would not work as a file's name on every system. */
export function backboneFileName(given: string): string {
  const name = /\.onnx$/i.test(given) ? given : `${given}.onnx`;
  if (/^[\p{L}\p{N}][\p{L}\p{N} ._+-]{0,120}$/u.test(name)) return name;
  const message = `"${given}" is no name for a backbone. Use letters, digits, dots, dashes and underscores.`;
  throw new TouchstoneError('invalid-value', message, { details: { name: given } });
}
