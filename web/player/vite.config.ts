import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { absoluteImports, compressFiles, slimHls } from './build-plugins.ts'

// Built apart from the site: `boot` and `stage` stand inline in every embed document, `attach-hls` and `controls` are
// fetched after intent, `embed` is the script for other people's pages.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/player/',
  publicDir: false,
  logLevel: 'warn',
  plugins: [slimHls(), absoluteImports('/player/'), compressFiles()],
  build: {
    outDir: 'dist',
    assetsDir: '',
    emptyOutDir: true,
    manifest: 'manifest.json',
    modulePreload: false,
    target: ['chrome107', 'firefox104', 'safari16'],
    chunkSizeWarningLimit: 500,
    rolldownOptions: {
      // Compressing once for all readers takes a second or two, and may.
      checks: { pluginTimings: false },
      input: { boot: 'boot.ts', stage: 'stage.css', embed: 'embed.ts' },
      output: {
        entryFileNames: ({ name }) => (name === 'embed' ? 'embed.js' : '[name]-[hash].js'),
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
        // A classic script shares its top level with the whole page; the wrapper keeps its names to itself.
        banner: ({ name }) => (name === 'embed' ? '(()=>{' : ''),
        footer: ({ name }) => (name === 'embed' ? '})();' : ''),
      },
    },
  },
})
