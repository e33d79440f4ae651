/** The api over a channel to the host, which it opens again by itself whenever it is lost. */
import type { Channel } from '../../src-main/contract/channel.ts';
import type { EventName, Events } from '../../src-main/contract/methods.ts';
import { createRpcClient } from '../../src-main/contract/rpc-client.ts';
import type { RpcClient } from '../../src-main/contract/rpc-client.ts';
import { TouchstoneError } from '../../src-main/core/errors.ts';
import type { Api, ConnectionState } from './api.ts';

export interface HostLink {
  /** Opens a channel, or rejects while the host cannot be reached. */
  readonly connect: () => Promise<Channel>;
  readonly imageUrl: Api['imageUrl'];
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** Milliseconds before the next attempts; the last is used from then on. A host that restarts is back within seconds. */
const retryDelays = [250, 500, 1000, 2000, 4000] as const;

type Subscribe = (client: RpcClient) => () => void;

/** Connects at once. Calls made before the first connection wait for it; those made while it is lost are refused. */
export function createHostApi(link: HostLink): Api {
  const wait = link.wait ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  const subscriptions = new Map<Subscribe, () => void>();
  const watchers = new Set<(state: ConnectionState) => void>();
  let state: ConnectionState = 'connecting';
  let client: RpcClient | null = null;
  let firstClient = connectUntilOpen();

  function change(next: ConnectionState): void {
    state = next;
    for (const watcher of watchers) watcher(next);
  }

  async function connectUntilOpen(): Promise<RpcClient> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return adopt(createRpcClient(await link.connect()));
      } catch {
        if (state !== 'lost') change('lost');
        await wait(retryDelays[Math.min(attempt, retryDelays.length - 1)] ?? 0);
      }
    }
  }

  function adopt(next: RpcClient): RpcClient {
    client = next;
    for (const subscribe of subscriptions.keys()) subscriptions.set(subscribe, subscribe(next));
    next.onClose(() => {
      client = null;
      change('lost');
      firstClient = connectUntilOpen();
    });
    change('open');
    return next;
  }

  return {
    call: async (name, input, options) => {
      if (state === 'lost') throw new TouchstoneError('connection-lost', 'Touchstone cannot be reached at the moment.');
      const ready = client ?? (await firstClient);
      return ready.call(name, input, options);
    },
    on: <E extends EventName>(event: E, listener: (payload: Events[E]) => void) => {
      const subscribe: Subscribe = (to) => to.on(event, listener);
      subscriptions.set(subscribe, client ? subscribe(client) : () => undefined);
      return () => {
        subscriptions.get(subscribe)?.();
        subscriptions.delete(subscribe);
      };
    },
    imageUrl: link.imageUrl,
    watchConnection: (listener) => {
      watchers.add(listener);
      listener(state);
      return () => watchers.delete(listener);
    },
  };
}
