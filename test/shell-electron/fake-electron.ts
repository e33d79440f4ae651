/**
 * The part of the module `electron` that the shell uses, in memory. It records what it is told and lets a test play the rest:
 * windows, pages, the host's process.
 */
import { EventEmitter } from 'node:events';

type Handler = (...args: readonly unknown[]) => unknown;
type ProtocolHandler = (request: { readonly url: string }) => Promise<Response>;

export class FakeContents extends EventEmitter {
  readonly posted: (readonly unknown[])[] = [];
  windowOpenHandler: ((details: unknown) => { readonly action: string }) | null = null;

  postMessage(...message: readonly unknown[]): void {
    this.posted.push(message);
  }

  setWindowOpenHandler(handler: (details: unknown) => { readonly action: string }): void {
    this.windowOpenHandler = handler;
  }
}

export class FakeWindow extends EventEmitter {
  static all: FakeWindow[] = [];
  static loadFailure: Error | null = null;
  static getAllWindows = (): readonly FakeWindow[] => FakeWindow.all;
  static fromWebContents = (contents: unknown): FakeWindow | null =>
    FakeWindow.all.find(({ webContents }) => webContents === contents) ?? null;

  readonly options: Readonly<Record<string, unknown>>;
  readonly webContents = new FakeContents();
  readonly calls: string[] = [];
  bounds = { x: 10, y: 20, width: 1200, height: 800 };

  constructor(options: Readonly<Record<string, unknown>>) {
    super();
    this.options = options;
    FakeWindow.all.push(this);
    fakeElectron.app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    if (FakeWindow.loadFailure) throw FakeWindow.loadFailure;
    this.calls.push(`load ${url}`);
    this.emit('ready-to-show');
  }

  destroy(): void {
    FakeWindow.all = FakeWindow.all.filter((window) => window !== this);
    this.calls.push('destroy');
    this.emit('closed');
  }

  show(): void {
    this.calls.push('show');
  }

  focus(): void {
    this.calls.push('focus');
  }

  maximize(): void {
    this.calls.push('maximize');
  }

  restore(): void {
    this.calls.push('restore');
  }

  isMinimized(): boolean {
    return true;
  }

  isMaximized(): boolean {
    return true;
  }

  getNormalBounds(): unknown {
    return this.bounds;
  }
}

/** The host's process: a test reads what it was sent and answers or ends it. */
export class FakeUtilityProcess extends EventEmitter {
  readonly sent: { readonly message: unknown; readonly ports: readonly unknown[] }[] = [];
  isKilled = false;

  postMessage(message: unknown, ports: readonly unknown[] = []): void {
    this.sent.push({ message, ports });
    this.emit('sent', message);
  }

  kill(): boolean {
    this.isKilled = true;
    return true;
  }

  /** Answers every call of the given name with the same value. */
  answer(method: string, value: unknown): void {
    this.on('sent', (message: unknown) => {
      const { m, i } = message as { m?: string; i?: string };
      if (m === method) queueMicrotask(() => this.emit('message', { t: 's', i, r: value }));
    });
  }
}

class FakeApp extends EventEmitter {
  readonly calls: string[] = [];
  readonly paths = new Map<string, string>();
  hasLock = true;

  getVersion = (): string => '0.0.0';
  setPath = (name: string, value: string): void => void this.paths.set(name, value);
  requestSingleInstanceLock = (): boolean => this.hasLock;
  whenReady = (): Promise<void> => Promise.resolve();
  enableSandbox = (): void => void this.calls.push('enableSandbox');
  quit = (): void => void this.calls.push('quit');
  exit = (code: number): void => void this.calls.push(`exit ${code}`);
}

class FakeIpcMain extends EventEmitter {
  readonly handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    this.handlers.set(channel, handler);
  }

  invoke(channel: string, event: unknown, ...args: readonly unknown[]): unknown {
    return this.handlers.get(channel)?.(event, ...args);
  }
}

const protocolHandlers = new Map<string, ProtocolHandler>();
const sessionHandlers: Record<string, Handler> = {};
const dialogs: { readonly errors: string[]; openAnswer: readonly string[] } = { errors: [], openAnswer: [] };
const shown: string[] = [];
const forks: FakeUtilityProcess[] = [];

/** What tests look at. */
export const seen = { protocolHandlers, sessionHandlers, dialogs, shown, forks, schemes: [] as unknown[] };

export const fakeElectron = {
  app: new FakeApp(),
  BrowserWindow: FakeWindow,
  ipcMain: new FakeIpcMain(),
  Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => undefined },
  MessageChannelMain: class {
    readonly port1 = { end: 'host' };
    readonly port2 = { end: 'page' };
  },
  dialog: {
    showErrorBox: (title: string, text: string) => void dialogs.errors.push(`${title}: ${text}`),
    showOpenDialog: async () => ({ filePaths: dialogs.openAnswer }),
  },
  net: {
    fetch: async (url: string) => new Response(`content of ${url}`, { headers: { 'Content-Type': 'text/html' } }),
  },
  protocol: {
    registerSchemesAsPrivileged: (schemes: readonly unknown[]) => void seen.schemes.push(...schemes),
    handle: (scheme: string, handler: ProtocolHandler) => void protocolHandlers.set(scheme, handler),
  },
  screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
  session: {
    defaultSession: {
      setPermissionRequestHandler: (handler: Handler) => void (sessionHandlers['request'] = handler),
      setPermissionCheckHandler: (handler: Handler) => void (sessionHandlers['check'] = handler),
      setDevicePermissionHandler: (handler: Handler) => void (sessionHandlers['device'] = handler),
    },
  },
  shell: { showItemInFolder: (file: string) => void shown.push(file) },
  utilityProcess: {
    fork: () => {
      const forked = new FakeUtilityProcess();
      forks.push(forked);
      return forked;
    },
  },
};
