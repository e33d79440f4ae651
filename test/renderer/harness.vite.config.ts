/** Serves or builds the harness: `npx vite --config test/renderer/harness.vite.config.ts`. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import icons from 'unplugin-icons/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte(), icons({ compiler: 'svelte' })],
  server: { fs: { allow: ['../..'] } },
  build: {
    outDir: '../../out/harness',
    emptyOutDir: true,
    rolldownOptions: { input: new URL('harness.html', import.meta.url).pathname },
  },
});
