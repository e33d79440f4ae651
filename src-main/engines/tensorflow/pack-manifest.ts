/**
 * An engine pack: a folder with TensorFlow's libraries, the binding that lets JavaScript call them, their licences, and this
 * manifest. Written by scripts/make-engine-pack.ts, read by whoever installs or loads one.
 *
 *     tensorflow-2.21.0-cpu/
 *       manifest.json
 *       tensorflow/           libraries and tfjs_binding.node; CUDA's libraries lie in nvidia/ beside it, as TensorFlow expects
 *       licences/
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { TouchstoneError } from '../../core/errors.ts';

export const MANIFEST_NAME = 'manifest.json';

/** What a pack computes on. */
export const packVariants = ['cpu', 'cuda'] as const;
export type PackVariant = (typeof packVariants)[number];

/** Counts up whenever the operations of native/ take or give something else, or there are more of them. */
export const OPERATIONS_EDITION = 6;

/** A relative path with forward slashes that cannot leave its folder. */
const packPath = v.pipe(v.string(), v.regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[\w.+-]+(?:\/[\w.+-]+)*$/));

const manifestSchema = v.object({
  format: v.literal(1),
  engine: v.literal('tensorflow'),
  /** Of TensorFlow. */
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/)),
  variant: v.picklist(packVariants),
  /** Node's platform and architecture: `linux-x64`. */
  platform: v.string(),
  /** Package name to version: the binding's sources and everything that was unpacked. */
  versions: v.record(v.string(), v.string()),
  /** Path of the binding within the pack. */
  binding: packPath,
  /** Whether the binding registers the operations of native/, and which edition of them; only the app's own edition is called. */
  hasOperations: v.boolean(),
  operationsEdition: v.optional(v.number(), 1),
  /** Every other file of the pack. */
  files: v.array(
    v.object({
      path: packPath,
      sizeBytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
      sha256: v.pipe(v.string(), v.hash(['sha256'])),
    }),
  ),
});

export type PackManifest = v.InferOutput<typeof manifestSchema>;

/** Name of the folder that a pack lies in. */
export function packName({ version, variant }: Pick<PackManifest, 'version' | 'variant'>): string {
  return `tensorflow-${version}-${variant}`;
}

/** Variant by the name of a pack's folder, or null where it is no such name. */
export function variantOfPackName(name: string): PackVariant | null {
  const variant = /^tensorflow-\d+\.\d+\.\d+-(\w+)$/.exec(name)?.[1];
  return packVariants.find((known) => known === variant) ?? null;
}

/** Rejects what is no manifest, or one for another system, with `engine-pack-invalid`. Does not look at the files. */
export function readPackManifest(folder: string, platform = `${process.platform}-${process.arch}`): PackManifest {
  const file = join(folder, MANIFEST_NAME);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), readText(file));
  if (!parsed.success)
    throw invalidPack(
      `${file} is no list of an engine pack's files (${v.flatten(parsed.issues).root?.[0] ?? 'wrong fields'}).`,
    );
  if (parsed.output.platform !== platform)
    throw invalidPack(`The engine pack ${folder} was made for ${parsed.output.platform}; this is ${platform}.`);
  return parsed.output;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw invalidPack(`${file} cannot be read.`, cause);
  }
}

/** What is wrong in words, and what to do about it. */
export function invalidPack(whatIsWrong: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError('engine-pack-invalid', `${whatIsWrong} Get the pack again, or build it.`, { cause });
}
