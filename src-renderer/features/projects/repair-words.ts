/** What a check found and a repair did, a sentence each. */
import type { RepairReport } from '../../../src-main/contract/payloads.ts';
import { formatBytes, formatCount, formatImages } from '../../lib/format.ts';

const fileSentences: Readonly<Record<RepairReport['file']['state'], string>> = {
  sound: 'The project file is sound.',
  damaged: 'The project file was damaged.',
  unreadable: 'The project file could not be read.',
  missing: 'The project file was missing.',
};

/** Findings in a damaged file that are worth a line; the rest are more of the same. */
const shownFindings = 3;

export function repairSentences(report: RepairReport): readonly string[] {
  const { file, rescue, images, removedFiles, cacheBytesFreed, remarks } = report;
  return [
    fileSentences[file.state],
    ...file.findings.slice(0, shownFindings),
    ...(rescue ? [rescueSentence(rescue)] : []),
    ...(images ? [imageSentence(images)] : []),
    ...(removedFiles.length > 0 ? [`${formatCount(removedFiles.length)} unfinished files were removed.`] : []),
    ...(cacheBytesFreed > 0 ? [`${formatBytes(cacheBytesFreed)} of caches were thrown away.`] : []),
    ...remarks,
  ];
}

function rescueSentence({ tables, keptAs }: NonNullable<RepairReport['rescue']>): string {
  const sum = (of: 'read' | 'fromBackup'): number => tables.reduce((total, table) => total + table[of], 0);
  const fromBackup = sum('fromBackup') === 0 ? '' : ` and ${formatCount(sum('fromBackup'))} from a backup`;
  return `A new one was made of ${formatCount(sum('read'))} rows that could be read${fromBackup}. The damaged one is kept in ${keptAs}.`;
}

/** What is missing or was found elsewhere is among the remarks. */
function imageSentence({ folder, known, relinked, missing }: NonNullable<RepairReport['images']>): string {
  const isWhole = relinked === 0 && missing === 0;
  return `${formatImages(known)} in ${folder}${isWhole ? ', each in its place' : ''}.`;
}
