/** `touchstone doctor`: check a project and mend what can be mended: its file, moved images, caches. */
import type { Command } from 'commander';
import type { BackupView, RepairReport } from '../../../contract/payloads.ts';
import type { CliSession } from '../session.ts';
import { count, formatTable, printable } from '../terminal.ts';

interface DoctorOptions {
  readonly check?: boolean;
  readonly images?: string;
  readonly restore?: string;
  readonly rebuildCaches?: boolean;
  readonly backups?: boolean;
}

export function addDoctorCommand(program: Command, session: CliSession): void {
  program
    .command('doctor')
    .description('check a project and mend what can be mended: its file, moved images, caches')
    .argument('<project>', 'project folder')
    .option('--check', 'only look, change nothing')
    .option('--images <folder>', 'where the images lie now, after they were moved')
    .option('--restore <backup>', 'go back to a backup, by its number or name; what is there now becomes a backup too')
    .option('--rebuild-caches', 'throw the caches away and make them anew')
    .option('--backups', 'list the backups')
    .addHelpText(
      'after',
      `
A damaged project file is kept in the folder "damaged"; a new one is made of every row that can still be read and of what
the newest backup has beyond that. Images that were moved or renamed are found by their content and keep their labels and decisions.

Examples:
  touchstone doctor birds.touchstone --check
  touchstone doctor birds.touchstone
  touchstone doctor birds.touchstone --images /mnt/new/birds
  touchstone doctor birds.touchstone --backups
  touchstone doctor birds.touchstone --restore 12`,
    )
    .action(async (folder: string, options: DoctorOptions) => {
      if (options.backups) return listBackups(session, folder);
      const { jobId } = await session.call('project/repair', {
        folder,
        checkOnly: options.check ?? false,
        rebuildCaches: options.rebuildCaches ?? false,
        ...(options.images === undefined ? {} : { images: options.images }),
        ...(options.restore === undefined ? {} : { restore: options.restore }),
      });
      const report = await session.finish('repair', jobId);
      printReport(session, report);
      session.terminal.result(report);
      if (options.check && report.file.state !== 'sound') process.exitCode = 1;
    });
}

async function listBackups(session: CliSession, folder: string): Promise<void> {
  const backups = await session.call('project/backups', { folder });
  if (backups.length === 0)
    session.terminal.line('There is no backup yet. One is made a day while the project is in use.');
  else session.terminal.line(formatTable(['number', 'made', 'why', 'MB'], backups.map(backupRow)));
  session.terminal.result({ backups });
}

function backupRow({ number, madeAtMs, reason, sizeBytes }: BackupView): (string | number)[] {
  return [
    number,
    new Date(madeAtMs).toISOString().slice(0, 16).replace('T', ' '),
    reason,
    Math.ceil(sizeBytes / 2 ** 20),
  ];
}

const stateWords = { sound: 'sound', damaged: 'damaged', unreadable: 'beyond reading', missing: 'missing' } as const;

function printReport({ terminal }: CliSession, report: RepairReport): void {
  const { file, rescue, images } = report;
  terminal.line(`project file: ${stateWords[file.state]}`);
  for (const finding of file.findings.slice(0, 5)) terminal.line(`  ${printable(finding)}`);
  if (file.findings.length > 5) terminal.line(`  and ${file.findings.length - 5} more`);
  if (rescue) {
    const rows = rescue.tables
      .filter(({ read, fromBackup, hasLosses }) => read + fromBackup > 0 || hasLosses)
      .map(({ table, read, fromBackup, hasLosses }) => [table, read, fromBackup, hasLosses ? 'in part' : 'whole']);
    terminal.line(formatTable(['table', 'rows read', 'from backup', 'was'], rows));
    terminal.line(`The damaged file is kept in ${rescue.keptAs}.`);
  }
  if (images) {
    terminal.line(
      `images in ${images.folder}: ${count(images.known, 'image')}, ${images.relinked} relinked, ${images.missing} missing`,
    );
    for (const { from, to } of images.relinkedExamples) terminal.line(`  ${printable(from)} -> ${printable(to)}`);
    for (const path of images.missingExamples) terminal.line(`  missing: ${printable(path)}`);
  }
  if (report.removedFiles.length > 0) terminal.line(`${count(report.removedFiles.length, 'unfinished file')} removed`);
  terminal.line(`backups: ${report.backups.length}`);
  for (const remark of report.remarks) terminal.line(remark);
}
