/**
 * What the loop and TF.js expect of their surroundings, for a Web Worker: imported before everything else.
 *
 * A hidden window draws no frames, so whoever waits for one waits for ever: TF.js takes `setImmediate` where there is no
 * `requestAnimationFrame`. Timers are no way to let others speak: browsers hold them back.
 */
const waiting: (() => void)[] = [];
const { port1, port2 } = new MessageChannel();
(port1 as unknown as { onmessage: () => void }).onmessage = () => waiting.shift()?.();

const surroundings = globalThis as { requestAnimationFrame?: unknown; setImmediate?: (callback: () => void) => void };
delete surroundings.requestAnimationFrame;
surroundings.setImmediate ??= (callback) => {
  waiting.push(callback);
  port2.postMessage(null);
};

export {};
