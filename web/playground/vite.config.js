import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds a running server. */
const SERVER = process.env.LANEKEEPER_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: './', // addresses are relative, so the page works behind any path prefix
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    chunkSizeWarningLimit: 5000, // the editor is large, and loaded once
    modulePreload: { polyfill: false },
    license: { fileName: 'THIRD_PARTY.md' },
    rolldownOptions: { checks: { moduleLevelDirective: false } }, // GraphiQL's "use no memo" says nothing to a bundler
  },
  server: { proxy: { '/graphql': { target: SERVER, ws: true } } },
});
