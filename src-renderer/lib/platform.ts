/** What of the system matters to the pages. */

/** Decides between Ctrl and Cmd in what is printed; both are understood everywhere. */
export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
