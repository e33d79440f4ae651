/** How components get the text that "copy details" copies: versions, engines and faults from the host, and the error that was shown. */
import { createContext } from 'svelte';

export type GatherReport = (shown: string) => Promise<string>;

export const [getGatherReport, setGatherReport] = createContext<GatherReport>();
