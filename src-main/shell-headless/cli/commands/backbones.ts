/** `touchstone backbones`: pretrained networks that turn images into vectors: which there are, and which can be had. */
import type { Command } from 'commander';
import path from 'node:path';
import type { BackboneList, BackboneView } from '../../../contract/payloads.ts';
import { backboneFileName } from '../../../embedding/backbones/backbone-name.ts';
import type { CliSession } from '../session.ts';
import { formatTable, megabytes, printable } from '../terminal.ts';

export function addBackbonesCommand(program: Command, session: CliSession): void {
  const backbones = program
    .command('backbones')
    .description('pretrained networks that turn images into vectors: which there are, and which can be had')
    .addHelpText(
      'after',
      `
A backbone is an ONNX model of one input, an image. What it expects is read from the model, or from a small JSON file of the
same name beside it (resources/backbones/README.md lists the fields).

Examples:
  touchstone backbones list
  touchstone backbones download dinov2-small
  touchstone backbones add ~/models/birds.onnx --name birds
  touchstone train birds.touchstone --backbone birds
  touchstone backbones compare birds.touchstone       # or the patches of your own images?
  touchstone backbones remove birds`,
    );
  backbones
    .command('list', { isDefault: true })
    .description('every backbone, and what can compute with it here')
    .option('--json', 'print one JSON object and nothing else')
    .action(async () => {
      const list = await session.call('backbones/list', {});
      printList(session, list);
      session.terminal.result(list);
    });
  addAdd(backbones, session);
  addDownload(backbones, session);
  addCompare(backbones, session);
  addRemove(backbones, session);
}

function addAdd(backbones: Command, session: CliSession): void {
  backbones
    .command('add')
    .description('copy a model in, once an image went through it')
    .argument('<file>', 'an ONNX model; the JSON file beside it comes along')
    .option('--name <name>', "its new name; the file's unless given")
    .option('--json', 'print one JSON object and nothing else')
    .action(async (file: string, { name }: { readonly name?: string }) => {
      const input = { file: path.resolve(file), ...(name === undefined ? {} : { name }) };
      const { jobId } = await session.call('backbones/add', input);
      welcome(session, await session.finish('backbone-add', jobId));
    });
}

function addDownload(backbones: Command, session: CliSession): void {
  backbones
    .command('download')
    .description('fetch one of the catalogue; a stopped download goes on where it was')
    .argument('<name>', 'as "backbones list" names it')
    .option('--json', 'print one JSON object and nothing else')
    .action(async (name: string) => {
      const { jobId } = await session.call('backbones/download', { name });
      welcome(session, await session.finish('backbone-download', jobId));
    });
}

function addRemove(backbones: Command, session: CliSession): void {
  backbones
    .command('remove')
    .description('remove a backbone that was added or downloaded, or what a stopped download left')
    .argument('<name>', 'as "backbones list" names it')
    .option('--json', 'print one JSON object and nothing else')
    .action(async (name: string) => {
      const result = await session.call('backbones/remove', { name });
      session.terminal.line(`Removed. ${megabytes(result.bytesFreed)} are free again.`);
      session.terminal.result(result);
    });
}

function addCompare(backbones: Command, session: CliSession): void {
  backbones
    .command('compare')
    .description('try a backbone and a dictionary of your own images\u2019 patches on the trusted images')
    .argument('<project>', 'project folder')
    .option('--backbone <name>', "the one to compare with; the app's own unless given")
    .option('--json', 'print one JSON object and nothing else')
    .action(async (project: string, options: { readonly backbone?: string }) => {
      const { projectId } = await session.openProject(project);
      const wish = options.backbone === undefined ? {} : { backbone: backboneFileName(options.backbone) };
      const { jobId } = await session.call('backbones/compare', { projectId, ...wish });
      const result = await session.finish('backbone-comparison', jobId);
      const rows = result.candidates.map(({ backbone, imageSize, right, accuracy }) => [
        path.parse(backbone).name,
        `${imageSize} px`,
        `${right} of ${result.images}`,
        `${(100 * accuracy).toFixed(1)} %`,
      ]);
      session.terminal.line(formatTable(['backbone', 'images', 'trusted images right', ''], rows));
      session.terminal.line(
        result.proposed === null
          ? 'The patches of these images do no better: train as usual.'
          : `Better by more than chance. Next: touchstone train <project> --backbone ${path.parse(result.proposed).name}`,
      );
      session.terminal.result(result);
    });
}

function welcome({ terminal }: CliSession, backbone: BackboneView): void {
  const name = path.parse(backbone.name).name;
  terminal.line(`Added ${backbone.title} (${megabytes(backbone.sizeBytes)}).`);
  terminal.line(`Next: touchstone train <project> --backbone ${name}`);
  terminal.result(backbone);
}

function printList({ terminal }: CliSession, { backbones, providers }: BackboneList): void {
  const rows = backbones.map((backbone) => [
    printable(path.parse(backbone.name).name),
    stateOf(backbone),
    megabytes(backbone.sizeBytes),
    backbone.imageSize === null ? '-' : `${backbone.imageSize} px`,
    printable(backbone.licence ?? '-'),
    printable(backbone.title),
  ]);
  terminal.line(formatTable(['name', 'state', 'size', 'images', 'licence', 'what'], rows));
  for (const { name, note } of backbones) if (note !== null) terminal.line(`${path.parse(name).name}: ${note}`);
  terminal.line(`Vectors are computed on ${providers.candidates.join(', or ')}.`);
  for (const { name, reason } of providers.refused) terminal.line(`not on ${name}: ${reason}`);
}

function stateOf({ isInstalled, origin, fetchedBytes, sizeBytes }: BackboneView): string {
  if (isInstalled) return origin === 'built-in' ? 'built in' : 'installed';
  return fetchedBytes > 0 ? `stopped at ${Math.floor((100 * fetchedBytes) / sizeBytes)} %` : 'to be had';
}
