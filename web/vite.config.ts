// How the dashboard is built: into out/dashboard, which the daemon serves at /rlm. Nothing is inlined, because the
// daemon's content security policy allows neither inline scripts nor inline styles.
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/rlm/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../out/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    // Chunks are few and on loopback; the helper that preloads them would be code of the first load.
    modulePreload: false,
    reportCompressedSize: false,
  },
});
