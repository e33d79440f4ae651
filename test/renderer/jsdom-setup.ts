/** What jsdom lacks and the pages use. It lays nothing out: every element gets the size of a window, so that lists have something to draw. */

/** Tells the size once, since nothing is ever resized here. */
class ObserverOnce implements ResizeObserver {
  readonly #callback: ResizeObserverCallback;

  constructor(callback: ResizeObserverCallback) {
    this.#callback = callback;
  }

  observe(target: Element): void {
    const contentRect = new DOMRect(0, 0, 900, 600);
    const size = [{ inlineSize: 900, blockSize: 600 }];
    const entry = { target, contentRect, borderBoxSize: size, contentBoxSize: size, devicePixelContentBoxSize: size };
    this.#callback([entry], this);
  }

  unobserve(): void {}

  disconnect(): void {}
}

function define(target: object, name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(target, name, { configurable: true, ...descriptor });
}

define(globalThis, 'ResizeObserver', { value: ObserverOnce });
define(globalThis, 'matchMedia', {
  value: () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }),
});
define(HTMLElement.prototype, 'clientWidth', { get: () => 900 });
define(HTMLElement.prototype, 'clientHeight', { get: () => 600 });
define(HTMLElement.prototype, 'scrollIntoView', { value: () => undefined });
define(HTMLCanvasElement.prototype, 'getContext', { value: () => null });
