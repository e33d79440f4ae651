/** The whole job with the real host, on the pictures in FOLDER/pictures: `whole-job.ts FOLDER`. Says what came out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MethodInput, MethodName, MethodOutput } from '../../src-main/contract/methods.ts';
import type { JobId } from '../../src-main/contract/payloads.ts';
import { createHost } from '../../src-main/shell-headless/create-host.ts';
import { serve } from '../../src-main/shell-headless/serve.ts';

const [, , folder = ''] = process.argv;
const host = await createHost();
const { methods, jobs } = host.services;
const { signal } = new AbortController();

function call<M extends MethodName>(name: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
  return Promise.resolve(methods[name](input, { signal }));
}

async function finish(jobId: JobId): Promise<unknown> {
  const { status, error, result } = await jobs.wait(jobId);
  if (status !== 'done') throw new Error(error?.message ?? status);
  return result;
}

const source = { folder: path.join(folder, 'pictures'), labels: { kind: 'folders' } } as const;
const { projectId } = await call('project/create', { folder: path.join(folder, 'project') });
await finish((await call('import/start', { projectId, ...source })).jobId);
const suggestions = await call('trust/suggest', { projectId, perClass: 2 });
const target = { sampleIds: suggestions.map(({ sample }) => sample.id) };
await call('decide/apply', { projectId, target, action: { kind: 'trust' } });
await finish((await call('train/start', { projectId, settings: { epochs: 2, engine: 'wasm' } })).jobId);
const query = { by: 'suspicion', filter: {} } as const;
const { rows } = await call('review/page', { projectId, query, offset: 0, limit: 10 });
await call('review/sample', { projectId, sampleId: rows[0]!.id });
await call('engines/list', {});
const request = { projectId, folder: path.join(folder, 'clean'), format: 'folders', link: 'copy' } as const;
const exported = (await finish((await call('export/start', request)).jobId)) as { readonly files: number };

const pagesFolder = path.join(folder, 'home', 'pages');
mkdirSync(pagesFolder, { recursive: true });
writeFileSync(path.join(pagesFolder, 'index.html'), '<!doctype html><title>Touchstone</title>');
const server = await serve(host, { pagesFolder });
const { headers } = await fetch(server.url, { redirect: 'manual' });
const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
const page = await fetch(`http://127.0.0.1:${server.port}/`, { headers: { cookie } });
process.stdout.write(`exported ${exported.files}, served ${page.status}\n`);
await server.close();
await host.close();
process.exit(0);
