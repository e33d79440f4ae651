/** Names of the messages between preload script and main process. */
export const desktopChannels = {
  requestPort: 'touchstone:request-port',
  port: 'touchstone:port',
  chooseFolder: 'touchstone:choose-folder',
  chooseManifest: 'touchstone:choose-manifest',
  showInFolder: 'touchstone:show-in-folder',
} as const;
