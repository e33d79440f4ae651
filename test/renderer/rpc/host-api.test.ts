import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryChannelPair } from '../../../src-main/contract/channel.ts';
import type { Channel } from '../../../src-main/contract/channel.ts';
import type { Api, ConnectionState } from '../../../src-renderer/rpc/api.ts';
import { createHostApi } from '../../../src-renderer/rpc/host-api.ts';

/** The host's ends, one for each connection made. */
let hostEnds: Channel[];
let isReachable: boolean;
let waits: number[];
let api: Api;
let states: ConnectionState[];

beforeEach(() => {
  hostEnds = [];
  isReachable = true;
  waits = [];
  states = [];
  api = createHostApi({
    connect: async () => {
      if (!isReachable) throw new Error('no answer');
      const [page, host] = createMemoryChannelPair();
      hostEnds.push(host);
      host.onMessage((message) => answer(host, message));
      return page;
    },
    imageUrl: () => '',
    wait: (milliseconds) => {
      waits.push(milliseconds);
      return new Promise((resolve) => setTimeout(resolve, 0));
    },
  });
  api.watchConnection((state) => states.push(state));
});

/** Answers every call with its own name. */
function answer(host: Channel, message: unknown): void {
  const { i, a } = message as { i: string; a: [string, string] };
  host.post({ t: 's', i, r: { ok: true, value: a[1] } });
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('the api over a channel', () => {
  it('lets calls wait for the first connection', async () => {
    await expect(api.call('app/info', {})).resolves.toBe('app/info');
    expect(states).toEqual(['connecting', 'open']);
  });

  it('refuses calls while the host is gone, and goes on after it came back', async () => {
    await api.call('app/info', {});
    isReachable = false;
    hostEnds[0]?.close();
    await settle();
    await expect(api.call('app/info', {})).rejects.toMatchObject({ code: 'connection-lost' });
    isReachable = true;
    await settle();
    await expect(api.call('app/info', {})).resolves.toBe('app/info');
    expect(states).toEqual(['connecting', 'open', 'lost', 'open']);
  });

  it('waits longer after each attempt, but never longer than four seconds', async () => {
    await api.call('app/info', {});
    isReachable = false;
    hostEnds[0]?.close();
    while (waits.length < 7) await settle();
    isReachable = true;
    expect(waits.slice(0, 7)).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
  });

  it('keeps subscriptions over a new connection, and ends them when asked', async () => {
    const heard: unknown[] = [];
    const end = api.on('project/changed', (payload) => heard.push(payload));
    await api.call('app/info', {});
    hostEnds[0]?.close();
    await settle();
    const payload = { projectId: 'p', what: 'runs' };
    hostEnds[1]?.post({ t: 'q', m: 'event', a: ['project/changed', payload] });
    await settle();
    end();
    hostEnds[1]?.post({ t: 'q', m: 'event', a: ['project/changed', payload] });
    await settle();
    expect(heard).toEqual([payload]);
  });
});
