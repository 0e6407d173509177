import { defineConfig } from 'vite';

// Served under /console/. Everything under assets/ is named by its content; nothing is inlined, since the page's policy allows no inline code.
export default defineConfig({
  base: '/console/',
  build: {
    target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Two pages: what one needs and the other does not is in neither's start.
    rollupOptions: { input: ['index.html', 'owner.html'] },
  },
  worker: { format: 'es' },
});
