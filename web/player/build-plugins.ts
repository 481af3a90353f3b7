import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

// What our own streams never use: captions come as tracks of their own, nothing is encrypted, no advertisements.
const unusedParts = [
  'subtitleStreamController',
  'subtitleTrackController',
  'timelineController',
  'emeController',
  'cmcdController',
  'contentSteeringController',
  'iframeController',
  'interstitialsController',
]

/**
 * Takes the unused parts out of hls.js's default configuration, so that the bundler can leave their classes out.
 * The ready-made light build lacks separate sound, which our streams have. Fails where a new hls.js looks different.
 */
export function slimHls(): Plugin {
  return {
    name: 'slim-hls',
    transform(code, id) {
      if (!id.endsWith('/hls.js/dist/hls.mjs')) return null
      return { code: unusedParts.reduce(leaveOut, code), map: null }
    },
  }
}

function leaveOut(code: string, part: string): string {
  const entry = new RegExp(`^(\\s*${part}:) [A-Z]\\w*Controller\\b`, 'gm')
  if (code.match(entry)?.length !== 1) throw new Error(`hls.js no longer configures ${part} as the build expects`)
  return code.replace(entry, '$1 undefined')
}

/**
 * Lets inline code find its chunks: inside a document at `/embed/…` a relative address would lead to the wrong folder.
 * A chunk that asks for its entry by name would run it a second time, so that fails the build.
 */
export function absoluteImports(base: string): Plugin {
  return {
    name: 'absolute-imports',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk')
      if (chunks.some((chunk) => chunk.imports.length > 0))
        throw new Error('a chunk imports another; pass it what it needs')
      for (const chunk of chunks) chunk.code = chunk.code.replace(/\bimport\(([`'"])\.\//g, `import($1${base}`)
    },
  }
}

/** Writes `.br` and `.gz` beside every script, at the best level: they are made once and served for ever. */
export function compressFiles(): Plugin {
  return {
    name: 'compress-files',
    async writeBundle({ dir }) {
      const names = (await readdir(dir!)).filter((name) => name.endsWith('.js'))
      await Promise.all(names.map((name) => compressFile(join(dir!, name))))
    },
  }
}

async function compressFile(path: string): Promise<void> {
  const bytes = await readFile(path)
  await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes))
  await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }))
}
