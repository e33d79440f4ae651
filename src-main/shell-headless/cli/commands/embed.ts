/** `touchstone embed`: compute the vectors of the images ahead of a training, also in shares on several machines. */
import type { Command } from 'commander';
import type { EmbeddingPart } from '../../../contract/methods.ts';
import type { EmbeddingReport } from '../../../contract/payloads.ts';
import { TouchstoneError } from '../../../core/errors.ts';
import { backboneFileName } from '../../../embedding/backbones/backbone-name.ts';
import { wholeNumber } from '../arguments.ts';
import type { CliSession } from '../session.ts';
import { count } from '../terminal.ts';

interface EmbedOptions {
  readonly shard?: EmbeddingPart;
  readonly merge?: boolean;
  readonly backbone?: string;
  readonly imageSize?: number;
}

export function addEmbedCommand(program: Command, session: CliSession): void {
  program
    .command('embed')
    .description('compute the vectors of the images ahead of a training, also in shares on several machines')
    .argument('<project>', 'project folder')
    .option('--shard <i/n>', 'only the i-th of n shares, from 1; may be stopped and started again', parseShard)
    .option('--merge', 'gather what the shares have computed')
    .option('--backbone <name>', 'whose vectors; that of the app unless given', backboneFileName)
    .option('--image-size <px>', 'side of the square that images are fitted into', wholeNumber(8))
    .addHelpText(
      'after',
      `
The project is only read: the vectors go into its cache folder, so that machines with a shared folder can work side by side.

Examples:
  touchstone embed birds.touchstone
  touchstone embed birds.touchstone --shard 3/16       one of sixteen jobs of an array
  touchstone embed birds.touchstone --merge            after them`,
    )
    .action(async (project: string, options: EmbedOptions) => {
      const part = partOf(options);
      const { projectId } = await session.call('project/open', { folder: project, readOnly: true });
      const { backbone, imageSize } = options;
      const wish = { ...(backbone ? { backbone } : {}), ...(imageSize ? { imageSize } : {}) };
      const { jobId } = await session.call('embed/start', { projectId, part, ...wish });
      const report = await session.finish('embedding', jobId);
      print(session, project, part, report);
      if (part.kind === 'merge' && (report.missing ?? 0) > 0) throw incomplete(report);
      session.terminal.result(report);
    });
}

/** "3/16" */
function parseShard(text: string): EmbeddingPart {
  const [, index, total] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  if (index !== undefined && total !== undefined) return { kind: 'shard', index: Number(index), count: Number(total) };
  throw new TouchstoneError('wrong-use', `--shard is "${text}". Give a share and their number, such as 3/16.`);
}

function partOf({ shard, merge = false }: EmbedOptions): EmbeddingPart {
  if (shard !== undefined && merge) throw new TouchstoneError('wrong-use', 'Give --shard or --merge, not both.');
  return shard ?? { kind: merge ? 'merge' : 'all' };
}

function print({ terminal }: CliSession, project: string, part: EmbeddingPart, report: EmbeddingReport): void {
  const { images, computed, missing, device, unreadable } = report;
  if (part.kind === 'merge')
    terminal.line(`${count(computed, 'vector')} gathered; ${missing === 0 ? 'none is' : `${missing} are`} missing.`);
  else
    terminal.line(
      `${count(images, 'image')}${part.kind === 'shard' ? ` in shard ${part.index} of ${part.count}` : ''}: ` +
        `${count(computed, 'vector')} computed${device ? ` on ${device.provider}` : ''}, the others were there.`,
    );
  for (const { name, reason } of device?.refused ?? []) terminal.note(`not on ${name}: ${reason}`);
  for (const path of unreadable.slice(0, 20)) terminal.note(`cannot be read: ${path}`);
  if (part.kind === 'all' || (part.kind === 'merge' && missing === 0))
    terminal.line(`Next: touchstone train ${project}`);
}

function incomplete({ missing, images }: EmbeddingReport): TouchstoneError {
  const message = `${missing} of ${images} images have no vector yet. Run the shards that did not end, then --merge again.`;
  return new TouchstoneError('not-found', message, { details: { missing, images } });
}
