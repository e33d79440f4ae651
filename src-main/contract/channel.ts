/**
 * A two-way line for plain data between the host and one caller. Makers exist for WebSockets (`socket-channel.ts`), message
 * ports (`port-channel.ts`) and, here, for two ends in one process.
 */

export interface Channel {
  /** Sends plain data. Does nothing once closed. Throws for what cannot be sent. */
  post(message: unknown): void;
  /** One listener per channel, set before the first message can come. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, whoever closes; at once where it is closed already. */
  onClose(listener: () => void): void;
  close(): void;
}

/** What a maker of channels brings: how to send, and how to end the transport below. */
export interface Transport {
  readonly send: (message: unknown) => void;
  readonly shut: () => void;
}

/** The channel, and what its maker calls when something arrives or the line ends. */
export interface ChannelEnd {
  readonly channel: Channel;
  readonly deliver: (message: unknown) => void;
  /** The line is down: tells the listeners. */
  readonly end: () => void;
}

export function createChannel(transport: Transport): ChannelEnd {
  let isClosed = false;
  let onMessage: ((message: unknown) => void) | undefined;
  const closeListeners: (() => void)[] = [];

  function end(): void {
    if (isClosed) return;
    isClosed = true;
    for (const listener of closeListeners) listener();
  }

  const channel: Channel = {
    post: (message) => {
      if (!isClosed) transport.send(message);
    },
    onMessage: (listener) => {
      onMessage = listener;
    },
    onClose: (listener) => {
      if (isClosed) listener();
      else closeListeners.push(listener);
    },
    close: () => {
      if (isClosed) return;
      transport.shut();
      end();
    },
  };
  return {
    channel,
    deliver: (message) => {
      if (!isClosed) onMessage?.(message);
    },
    end,
  };
}

/**
 * Two ends in one process. Messages arrive later, never within `post`, and pass through JSON as on a socket: what would not
 * survive there does not survive here.
 */
export function createMemoryChannelPair(): readonly [Channel, Channel] {
  const first: ChannelEnd = createChannel({ send: (message) => sendTo(second, message), shut: () => endLater(second) });
  const second: ChannelEnd = createChannel({ send: (message) => sendTo(first, message), shut: () => endLater(first) });
  return [first.channel, second.channel];
}

function sendTo(end: ChannelEnd, message: unknown): void {
  const text = JSON.stringify(message);
  void Promise.resolve().then(() => end.deliver(JSON.parse(text)));
}

function endLater(end: ChannelEnd): void {
  void Promise.resolve().then(() => end.end());
}
