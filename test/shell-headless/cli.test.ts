/** The command line as its user meets it: the whole job on tiny pictures, then everything that can be typed wrongly. */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WhyView } from '../../src-main/contract/payloads.ts';
import { createRandom } from '../../src-main/core/random/random-generator.ts';
import { runCli, startCli, type CliRun } from './run-cli.ts';

const colours = { red: [210, 40, 40], green: [40, 180, 60], blue: [50, 60, 200] } as const;
const perClass = 10;
let scratch = '';
let project = '';
let images = '';
let emptyProject = '';

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'touchstone-cli-'));
  project = path.join(scratch, 'project');
  images = path.join(scratch, 'images');
  emptyProject = path.join(scratch, 'empty');
  await drawImages(images);
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Plain colours with some noise; the last picture of `green` is blue. */
async function drawImages(folder: string): Promise<void> {
  const random = createRandom(5);
  for (const [name, rgb] of Object.entries(colours)) {
    await mkdir(path.join(folder, name), { recursive: true });
    for (let index = 0; index < perClass; index += 1) {
      const base = name === 'green' && index === perClass - 1 ? colours.blue : rgb;
      const pixels = Buffer.from(
        Array.from({ length: 32 * 32 * 3 }, (_, at) => (base[at % 3] ?? 0) + random.integer(30)),
      );
      await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
        .png()
        .toFile(path.join(folder, name, `${index}.png`));
    }
  }
}

async function run(...args: string[]): Promise<CliRun> {
  return runCli(path.join(scratch, 'home'), args);
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr, code } = await run(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('the whole job', () => {
  it('goes from a folder to a cleaned copy', async () => {
    expect(await json('create', project, '--name', 'Colours')).toEqual({ project, name: 'Colours' });
    expect(await json('import', project, images)).toMatchObject({ samples: 30, added: 30, problems: [] });

    const trusted = path.join(scratch, 'trusted.csv');
    await writeFile(
      trusted,
      'path,label\nred/0.png,red\nred/1.png,\ngreen/0.png,green\ngreen/1.png,green\nblue/0.png,blue\n',
    );
    expect(await json('trust', project, 'add', 'blue/1.png', '--from', trusted)).toEqual({ changed: 6, trusted: 6 });
    expect((await json('trust', project, 'list'))['trusted']).toHaveLength(6);

    const trained = await json(
      'train',
      project,
      '--epochs',
      '12',
      '--batch',
      '12',
      '--image-size',
      '32',
      '--seed',
      '3',
    );
    expect(trained).toMatchObject({ status: 'finished', epochsDone: 12, trustedCount: 6 });

    const csv = path.join(scratch, 'suspects.csv');
    const ranked = await json('rank', project, '--top', '3', '--csv', csv);
    expect(ranked['images']).toHaveLength(3);
    expect(ranked['images']).toMatchObject([
      { path: 'green/9.png', given_label: 'green', suggested_label: 'blue' },
      {},
      {},
    ]);
    const lines = (await readFile(csv, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1 + 24);
    expect(lines[0]).toBe(
      'path,given_label,suggested_label,score,suspicion,weight,alignment,cosine,harm,margin,loss,probability,neighbours,trusted_only,self_confidence,suggested_probability,visits',
    );
    expect(lines[1]).toMatch(/^green\/9\.png,green,blue,/);

    const shown = await json('show', project, 'green/9.png');
    expect(shown['history']).toHaveLength(12);

    expect(await json('decide', project, 'relabel', 'green/9.png=blue')).toMatchObject({ changed: 1 });
    expect(await json('decide', project, 'drop', 'red/5.png', 'red/6.png')).toMatchObject({ changed: 2 });
    expect(await json('decide', project, 'undo')).toMatchObject({ changed: 2 });
    expect(await json('decide', project, 'redo')).toMatchObject({ changed: 2 });
    expect((await json('decide', project, 'log'))['entries']).toHaveLength(3);
    expect((await json('status', project))['decisions']).toEqual({
      keep: 0,
      drop: 2,
      relabel: 1,
      unsure: 0,
      both: 0,
      neither: 0,
    });

    const target = path.join(scratch, 'cleaned');
    // 28 images and the manifest.
    expect(await json('export', project, target)).toMatchObject({ verified: 29, dropped: 2, relabelled: 1 });
    expect(await readdir(path.join(target, 'blue'))).toHaveLength(perClass + 1);
    expect(await readdir(path.join(target, 'red'))).toHaveLength(perClass - 2);
    // Some twenty processes one after the other: a minute is little where other tests run beside this one.
  }, 180_000);

  it('explains itself in words without --json', async () => {
    expect((await run('status', project)).stdout).toContain('30 images, 6 trusted, 1 finished run');
    expect((await run('rank', project, '--top', '1')).stdout).toContain('green/9.png');
    expect((await run('show', project, 'green/9.png')).stdout).toMatch(/margin +[▁▂▃▄▅▆▇█]+/);
    expect((await run('train', '--help')).stdout).toContain('touchstone train birds.touchstone --resume');
  }, 60_000);
});

describe('what can be relied on', () => {
  it('says who speaks against a label', async () => {
    const { why } = await json('show', project, 'green/9.png');
    // It is blue: the blue trusted pictures are the loudest against it, and all against it are louder than the green ones for it.
    const { speaksAgainst, shareAgainst, sentence } = why as WhyView;
    expect(speaksAgainst[0]?.sample.path).toMatch(/^blue\/[01]\.png$/);
    expect(speaksAgainst[1]?.sample.path).toMatch(/^blue\/[01]\.png$/);
    expect(shareAgainst).toBeGreaterThan(0.5);
    expect(sentence).toMatch(/is against "green", most of all blue\/[01]\.png \("blue"\)/);
    expect((await run('show', project, 'green/9.png')).stdout).toMatch(/speaks against it +blue\/\d\.png +blue/);
  }, 60_000);

  it('audits: draws, takes judgements one by one and from a file, and reports', async () => {
    expect((await run('audit', project, 'report')).stdout).toContain('Nothing is drawn yet');
    const drawn = await json('audit', project, 'draw', '--size', '40');
    const pending = drawn['pending'] as readonly { readonly path: string }[];
    const paths = pending.map((image) => image.path);
    const first = paths.find((image) => image !== 'green/9.png') ?? '';
    expect(await json('audit', project, 'record', first, 'right')).toMatchObject({ judged: 1, wrong: 0 });
    const rest = paths.filter((image) => image !== first);
    const lines = rest.map((image) => (image === 'green/9.png' ? `${image},wrong,blue` : `${image},right,`));
    const judged = path.join(scratch, 'judged.csv');
    await writeFile(judged, ['path,judgement,label', ...lines, ''].join('\n'));
    const recorded = await json('audit', project, 'record', '--from', judged);
    expect(recorded).toMatchObject({ judged: paths.length, pending: [] });
    const report = await json('audit', project, 'report', '--cut', '3', '--cut', '10');
    expect(report).toMatchObject({ draws: 40, judgedDraws: 40, images: 30, cuts: [{ size: 3 }, { size: 10 }] });
    expect((await run('audit', project, 'report')).stdout).toMatch(
      /Wrong labels: about \d+ of 30 \(95 %: \d+ to \d+\)/,
    );
    const unclear = await run('audit', project, 'record', first, 'perhaps');
    expect([unclear.code, unclear.stderr]).toEqual([2, expect.stringContaining('right, wrong or wrong=label')]);
  }, 60_000);

  it('checks the pictures, and takes both and neither for an answer', async () => {
    expect((await run('problems', project)).stdout).toContain('Not checked yet');
    const checked = await json('problems', project, 'check');
    expect(checked).toMatchObject({ images: 30, hadVectors: true, isCurrent: true });
    const listed = await json('problems', project, 'list', '--kind', 'low-information', 'blurred', '--top', '3');
    expect(listed).toMatchObject({ images: 30 });
    expect((await run('problems', project, 'mend')).code).toBe(2);
    expect(await json('decide', project, 'both', 'red/7.png=blue')).toMatchObject({ changed: 1 });
    expect(await json('decide', project, 'neither', 'red/8.png')).toMatchObject({ changed: 1 });
    expect(await json('status', project)).toMatchObject({ decisions: { both: 1, neither: 1 } });
    for (let undo = 0; undo < 2; undo += 1) await run('decide', project, 'undo');
  }, 60_000);

  it('tests itself on planted errors', async () => {
    const report = await json('selftest', project);
    expect(report).toMatchObject({ runId: 1, planted: { fromMatrix: 2, hard: 2, uniform: 2 } });
  }, 60_000);
});

describe('wrong use', () => {
  beforeAll(() => json('create', emptyProject));

  const cases: readonly (readonly [title: string, args: () => string[], code: number, says: RegExp])[] = [
    ['an unknown command', () => ['sort', project], 2, /unknown command 'sort'/],
    ['an unknown option', () => ['status', project, '--fast'], 2, /unknown option '--fast'/],
    ['a number out of range', () => ['train', project, '--epochs', '0'], 2, /at least 1/],
    [
      'a value that is none of the choices',
      () => ['train', project, '--network', 'vgg'],
      2,
      /Allowed choices are head, lenet, small-cnn/,
    ],
    ['an unknown decision', () => ['decide', project, 'burn', 'red/1.png'], 2, /"burn" is not a decision/],
    ['a relabelling without a label', () => ['decide', project, 'relabel', 'red/1.png'], 2, /path=label/],
    [
      'a label that is no class',
      () => ['decide', project, 'relabel', 'red/1.png=rad'],
      1,
      /"rad" is not a class.*blue, green, red.*--new-class/s,
    ],
    [
      'an image that is not there',
      () => ['show', project, 'red/77.png'],
      1,
      /red\/77\.png: the project has no such image/,
    ],
    ['a project that is not there', () => ['status', path.join(scratch, 'nowhere')], 1, /no Touchstone project/],
    ['a preset that is not there', () => ['reproduce', 'imagenet'], 2, /no preset "imagenet".*cifar-background/],
    ['a preset without pictures', () => ['reproduce', 'gdw'], 2, /--data.*CIFAR-10's/],
    ['a scale above one', () => ['reproduce', 'gdw', '--data', '.', '--scale', '2'], 2, /up to 1/],
    ['pictures that are none', () => ['reproduce', 'gdw', '--data', scratch], 1, /holds neither CIFAR-10's/],
    ['another folder for the same project', () => ['import', project, scratch], 2, /make another project for it/],
    ['a folder that is not there', () => ['import', emptyProject, path.join(scratch, 'nowhere')], 1, /nowhere/],
    ['a second project in one folder', () => ['create', project], 1, /already/],
    ['an export into the source', () => ['export', project, path.join(images, 'out')], 1, /inside/],
    [
      'a decisions file without its columns',
      () => ['decide', project, '--from', path.join(scratch, 'trusted.csv')],
      1,
      /has no column decision/,
    ],
    ['a file of images that is not there', () => ['trust', project, 'add', '--from', 'nowhere.csv'], 1, /nowhere\.csv/],
    ['no decision at all', () => ['decide', project, 'kep', 'nowhere.png'], 2, /"kep" is not a decision/],
    ['an empty name, as of a variable that was never set', () => ['create', ''], 2, /The project is empty/],
    ['a port that there cannot be', () => ['serve', '--port', '99999'], 2, /from 0 to 65535/],
    ['an empty number', () => ['rank', project, '--top', ' '], 2, /whole number/],
  ];

  it.each(cases)('is answered for %s', async (_title, args, code, says) => {
    const result = await run(...args());
    expect(result.stderr).toMatch(says);
    expect(result.code).toBe(code);
    expect(result.stderr).not.toMatch(/\n\s+at |Node\.js v/);
  });

  it('gives one JSON object with --json', async () => {
    const { stdout, code } = await run('status', path.join(scratch, 'nowhere'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'project-not-found' } });
    expect(code).toBe(1);
    const wrong = await run('rank', project, '--top', 'many', '--json');
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'wrong-use' } });
    expect(wrong.code).toBe(2);
  });

  it('names the file and the line of a bad row, and decides nothing of it', async () => {
    const before = (await json('status', project))['decisions'];
    const file = path.join(scratch, 'bad.csv');
    await writeFile(file, 'path,decision,label\nblue/4.png,keep,\nblue/5.png,relabel,purple\n');
    const { stderr, code } = await run('decide', project, '--from', file);
    expect(stderr).toMatch(/bad\.csv, line 3: "purple" is not a class/);
    expect(code).toBe(1);
    expect((await json('status', project))['decisions']).toEqual(before);
  });
});

describe('Ctrl-C', () => {
  it('stops a training at a safe place, from which --resume goes on', async () => {
    const training = startCli(path.join(scratch, 'home'), ['train', project, '--epochs', '4000', '--image-size', '32']);
    await training.printed('Training');
    training.kill('SIGINT');
    const stopped = await training.finished;
    expect(stopped.stderr).toContain('Cancelled');
    expect(stopped.code).toBe(1);
    const status = await json('status', project);
    expect(status['runs']).toMatchObject({ total: 2, finished: 1, latest: { status: 'cancelled' } });

    const resumed = startCli(path.join(scratch, 'home'), ['train', project, '--resume']);
    await resumed.printed('Training');
    resumed.kill('SIGTERM');
    expect((await resumed.finished).stderr).toContain('Cancelled');
    const { runs } = await json('status', project);
    expect(runs).toMatchObject({ total: 2 });
  });
});
