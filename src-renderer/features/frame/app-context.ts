/** Hands the shared state down the tree of components. */
import { createContext } from 'svelte';
import type { AppState } from './app-state.svelte.ts';

export const [getApp, setApp] = createContext<AppState>();
