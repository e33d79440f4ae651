/** `touchstone rank`: list the images, the most suspicious first. */
import { Option, type Command } from 'commander';
import { TouchstoneError } from '../../../core/errors.ts';
import { scoreWords } from '../../../core/ranking/score-words.ts';
import { scoreNames, type ScoreName } from '../../../core/ranking/run-scores.ts';
import type { ProjectStatus, RankedView, ReviewQuery } from '../../../contract/payloads.ts';
import { wholeNumber } from '../arguments.ts';
import { classNames, type NameOf } from '../class-names.ts';
import type { CliSession } from '../session.ts';
import { formatScore, formatTable, printable } from '../terminal.ts';
import { toRankingRecord, writeRanking } from '../write-ranking.ts';

interface RankOptions {
  readonly by: ScoreName;
  readonly class?: string;
  readonly top: number;
  readonly csv?: string;
}

const pageSize = 1_000;

export function addRankCommand(program: Command, session: CliSession): void {
  program
    .command('rank')
    .description('list the images, the most suspicious first')
    .argument('<project>', 'project folder')
    .addOption(new Option('--by <score>', 'what to order by').choices(scoreNames).default('suspicion'))
    .option('--class <name>', 'only images with this given label')
    .option('--top <n>', 'how many to print', wholeNumber(1), 20)
    .option('--csv <file>', 'write the whole list, every signal included')
    .addHelpText(
      'after',
      `
Examples:
  touchstone rank birds.touchstone
  touchstone rank birds.touchstone --class robin --top 100
  touchstone rank birds.touchstone --by harm --csv suspects.csv

Scores:
${scoreNames.map(describeScore).join('\n')}`,
    )
    .action(async (project: string, options: RankOptions) => {
      const status = await session.openProject(project);
      const query = toQuery(status, options);
      const nameOf = classNames(status.classes);
      const rows = await readRows(session, status, query, options.top);
      printRows(session, nameOf, rows, options.by);
      if (options.csv !== undefined) {
        await writeRanking(
          options.csv,
          rankedRows(session, status, query, Number.POSITIVE_INFINITY),
          nameOf,
          options.by,
        );
        session.terminal.line(`Wrote ${options.csv}.`);
      }
      session.terminal.result({
        run: status.runs.latest?.runId ?? null,
        by: options.by,
        images: rows.map((row) => toRankingRecord(row, nameOf, options.by)),
        csv: options.csv ?? null,
      });
    });
}

/** One paragraph of the help. */
function describeScore(name: ScoreName): string {
  const { meaning, range, blindSpot } = scoreWords[name];
  return `  ${name}: ${meaning} ${range} Blind spot: ${blindSpot}`;
}

function toQuery(status: ProjectStatus, options: RankOptions): ReviewQuery {
  if (status.runs.finished === 0) {
    throw new TouchstoneError(
      'run-not-found',
      `${status.name} has no finished training run to rank by. Run touchstone train first.`,
    );
  }
  if (options.class === undefined) return { by: options.by, filter: { trusted: false } };
  const found = status.classes.find(({ name }) => name === options.class);
  if (!found) {
    throw new TouchstoneError(
      'class-unknown',
      `"${options.class}" is not a class of this dataset. Known: ${status.classes.map(({ name }) => name).join(', ')}.`,
    );
  }
  return { by: options.by, filter: { trusted: false, givenClassIds: [found.classId] } };
}

/** Pages through the list until `limit` suspects were read or the list ends. */
async function* rankedRows(
  session: CliSession,
  { projectId }: ProjectStatus,
  query: ReviewQuery,
  limit: number,
): AsyncGenerator<RankedView> {
  let given = 0;
  for (let offset = 0; given < limit; offset += pageSize) {
    const page = await session.call('review/page', {
      projectId,
      query,
      offset,
      limit: Math.min(pageSize, limit - given),
    });
    for (const row of page.rows) {
      // What the run did not score (new since then) stands at the list's end.
      if (row.rankPosition === null) return;
      given += 1;
      yield row;
    }
    if (page.rows.length === 0) return;
  }
}

async function readRows(
  session: CliSession,
  status: ProjectStatus,
  query: ReviewQuery,
  limit: number,
): Promise<readonly RankedView[]> {
  const rows: RankedView[] = [];
  for await (const row of rankedRows(session, status, query, limit)) rows.push(row);
  return rows;
}

function printRows(session: CliSession, nameOf: NameOf, rows: readonly RankedView[], by: ScoreName): void {
  session.terminal.line(
    formatTable(
      ['', by, 'given label', 'suggested label', 'image'],
      rows.map((row, index) => [
        index + 1,
        formatScore(row.scores[by]),
        printable(nameOf(row.givenClassId)),
        printable(nameOf(row.suggestedClassId)),
        printable(row.path),
      ]),
    ),
  );
}
