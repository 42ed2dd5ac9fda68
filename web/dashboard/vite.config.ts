import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds a running server. */
const SERVER = process.env.LANEKEEPER_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: './', // addresses are relative, so the page works behind any path prefix
  resolve: {
    // What is written as React is run by Preact: docs/adr/0032.
    alias: {
      'react/jsx-runtime': 'preact/jsx-runtime',
      'react/jsx-dev-runtime': 'preact/jsx-runtime',
      'react-dom/client': 'preact/compat/client',
      react: 'preact/compat',
    },
  },
  build: {
    assetsInlineLimit: 0, // no data: addresses, which the content policy refuses
    modulePreload: { polyfill: false },
    license: { fileName: 'THIRD_PARTY.md' },
  },
  server: {
    proxy: {
      '/graphql': { target: SERVER, ws: true },
      '/sign-in': SERVER,
      '/playground': SERVER,
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
