/** `touchstone serve`: show the app in a browser: on this machine, or through a tunnel from another. */
import { once } from 'node:events';
import type { Command } from 'commander';
import { openBrowser } from '../../http/open-browser.ts';
import { serve } from '../../serve.ts';
import { wholeNumber } from '../arguments.ts';
import type { CliSession } from '../session.ts';

interface ServeCommandOptions {
  readonly port: number;
  readonly host?: string;
  readonly open?: boolean;
}

export function addServeCommand(program: Command, session: CliSession): void {
  program
    .command('serve')
    .description('show the app in a browser: on this machine, or through a tunnel from another')
    .argument('[project]', 'project folder to open first')
    .option('--port <n>', 'port to listen on; 0: any free one', wholeNumber(0, 65_535), 0)
    .option(
      '--host <address>',
      'listen on another address than this machine alone (whoever reaches it needs the token)',
    )
    .option('--open', 'open the default browser')
    .addHelpText(
      'after',
      `
The address carries a secret token: give it to nobody else. From another machine, keep the app on this machine alone and
tunnel to it (signing out in a page ends every session and makes the address worthless; a new one is printed here): ssh -L 8080:127.0.0.1:8080 <this machine>

Examples:
  touchstone serve birds.touchstone --open
  touchstone serve birds.touchstone --port 8080`,
    )
    .action(async (project: string | undefined, options: ServeCommandOptions) => {
      const opened = project === undefined ? null : await session.openProject(project);
      const host = await session.host();
      const server = await serve(host, {
        port: options.port,
        ...(options.host === undefined ? {} : { address: options.host }),
        onNewUrl: (url) => session.terminal.line(`Signed out everywhere. Touchstone is now at ${url}`),
      });
      // Behind the #, so that the folder's name reaches the page and no server's log.
      const url = opened === null ? server.url : `${server.url}#project=${encodeURIComponent(opened.folder)}`;
      session.terminal.line(`Touchstone is at ${url}`);
      session.terminal.line('Ctrl-C ends it.');
      session.terminal.result({ url, port: server.port });
      if (options.open) await openBrowser(url);
      if (!session.signal.aborted) await once(session.signal, 'abort');
      await server.close();
    });
}
