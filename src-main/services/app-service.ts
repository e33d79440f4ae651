/** The app itself: what it is, folders to choose from, and what the pages remember for this user. */
import type { MethodHandlers } from '../contract/methods.ts';
import { describeApp } from './app-details.ts';
import type { ServiceContext } from './service-context.ts';

export type AppMethods = Pick<
  MethodHandlers,
  | 'app/info'
  | 'app/details'
  | 'app/licences'
  | 'app/licence-text'
  | 'app/list-folder'
  | 'app/get-preference'
  | 'app/set-preference'
>;

export function createAppMethods({ ports }: ServiceContext): AppMethods {
  return {
    'app/info': () => ports.appInfo(),
    'app/details': async ({ shown }) => ({ text: await describeApp(ports, shown) }),
    'app/licences': () => ports.licences.list(),
    'app/licence-text': async ({ kind, name }) => ({ text: await ports.licences.text(kind, name) }),
    'app/list-folder': ({ folder }) => ports.folderBrowser.list(folder),
    'app/get-preference': ({ name }) => ({ value: ports.userFiles.preference(name) }),
    'app/set-preference': ({ name, value }) => ports.userFiles.setPreference(name, value),
  };
}
