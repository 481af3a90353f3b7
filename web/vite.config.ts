import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

// Run from the folder of package.json: `vite build --config web/vite.config.ts`.
// The adapter reads package.json from there to know which libraries may stay outside the bundle.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    sveltekit({
      adapter: adapter({ out: `${import.meta.dirname}/build` }),
      outDir: `${import.meta.dirname}/.svelte-kit`,
      compilerOptions: { runes: true },
      paths: { relative: false },
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self'],
          // The one style attribute there is: the framework hides the element that reads out navigations with it.
          'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
          'img-src': ['self', 'data:', 'blob:'],
          'media-src': ['self', 'blob:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          'frame-src': ['self'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
          'object-src': ['none'],
          'base-uri': ['none'],
        },
      },
    }),
  ],
})
