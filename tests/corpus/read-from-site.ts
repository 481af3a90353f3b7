import type { HlsReader } from '../../workers/transcoder/media/hls/validate-hls-reader.ts'

/** What a stranger can fetch of a video, as a reader for the validator: through the gateway and the media service. */
export async function readFromSite(siteUrl: string, videoId: string): Promise<HlsReader> {
  const embed = await (await fetch(`${siteUrl}/embed/${videoId}`)).text()
  const path = embed.match(/\/media\/[^"\\]+\/master\.m3u8/)?.[0]
  if (!path) throw new Error('the embed document names no playlist')
  const root = `${siteUrl}${path}`.replace(/master\.m3u8$/, '')
  const sizes = new Map<string, number>()
  await size('master.m3u8')
  for (const playlist of await named('master.m3u8')) {
    await size(playlist)
    for (const object of await named(playlist)) await size(object)
  }

  async function size(name: string): Promise<void> {
    const answer = await fetch(`${root}${name}`, { method: 'HEAD' })
    if (answer.ok) sizes.set(name, Number(answer.headers.get('content-length')))
  }

  /** Everything that a playlist names, from the root on. */
  async function named(name: string): Promise<string[]> {
    const text = await (await fetch(`${root}${name}`)).text()
    const uris = [...text.matchAll(/^[^#\s].*$/gm), ...text.matchAll(/URI="([^"]+)"/g)].map(
      (match) => match[1] ?? match[0],
    )
    return [...new Set(uris.map((uri) => new URL(uri, `${root}${name}`).href.slice(root.length)))]
  }

  return {
    sizes,
    async head(name, lengthBytes) {
      const answer = await fetch(`${root}${name}`, { headers: { Range: `bytes=0-${Math.max(0, lengthBytes - 1)}` } })
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`)
      return Buffer.from(await answer.arrayBuffer()).subarray(0, lengthBytes)
    },
  }
}
