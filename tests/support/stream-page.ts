// A page that plays one stream with the player's own way to attach it, for tests of what browsers choose.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { build } from 'vite'
import type { Storage } from '#storage/storage.ts'
import { createMediaServer } from '../../services/media/create-media-server.ts'
import { closeServer, listen } from '../../services/program/listen.ts'
import { signMediaToken } from '../../services/tokens/signed-token.ts'
import { slimHls } from '../../web/player/build-plugins.ts'

export interface StreamPage {
  /** Plays what is published under the prefix, without sound, in the size that is chosen if one is. */
  url(prefix: string, height?: number): string
  stop(): Promise<void>
}

const key = { id: 'k1', secret: 'a secret of the tests that is long enough' }

export async function startStreamPage(folder: string, storage: Storage): Promise<StreamPage> {
  const script = await buildPage(join(folder, 'page'))
  const media = createMediaServer({
    storage,
    signingKeys: [key],
    logger: pino({ level: 'silent' }),
    cacheBytes: 1 << 20,
  })
  const pages = createServer((request, response) => {
    if (request.url === '/page.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
    else response.writeHead(200, { 'content-type': 'text/html' }).end(html)
  })
  const [mediaPort, pagePort] = [await listen(media, 0, '127.0.0.1'), await listen(pages, 0, '127.0.0.1')]
  return {
    url(prefix, height) {
      const token = signMediaToken(key, {
        prefix,
        playId: '0123456789abcdef',
        expiresAtMs: Date.now() + 600_000,
        durationMs: 0,
      })
      return `http://127.0.0.1:${pagePort}/#http://127.0.0.1:${mediaPort}/media/${token}/master.m3u8#${height ?? ''}`
    },
    async stop() {
      await closeServer(pages, 100)
      await closeServer(media, 100)
    },
  }
}

const html =
  '<!doctype html><title>A stream</title><video muted width="640" height="360"></video><script src="/page.js"></script>'

async function buildPage(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const entry = join(folder, 'page.ts')
  const attach = fileURLToPath(new URL('../../web/player/attach-hls.ts', import.meta.url))
  await writeFile(
    entry,
    `import { attachHls } from ${JSON.stringify(attach)}
    const nothing = () => {}
    const video = document.querySelector('video')
    const [url, height] = location.hash.slice(1).split('#')
    const onHeights = () => height && stream.choose(Number(height))
    const stream = attachHls(video, {
      ...{ url, startSeconds: 0, isLive: false, onHeights, onGrowing: nothing, onMoved: nothing },
      ...{ onDuration: nothing, onTrouble: nothing, onError: nothing, onRecovered: nothing },
    })
    stream.watch()
    video.play()`,
  )
  const lib = { entry, formats: ['iife' as const], name: 'page', fileName: () => 'page.js' }
  await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [slimHls()],
    build: { lib, outDir: folder, emptyOutDir: false },
  })
  return readFile(join(folder, 'page.js'), 'utf8')
}
