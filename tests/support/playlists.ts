/** What a player could fetch of a video: the heights of its renditions, how many segments they have, and which are not there. */
export async function readPlaylists(
  siteUrl: string,
  videoId: string,
): Promise<{ heights: number[]; segments: number; missing: string[] }> {
  const embed = await (await fetch(`${siteUrl}/embed/${videoId}`)).text()
  const path = embed.match(/\/media\/[^"\\]+\/master\.m3u8/)?.[0]
  if (!path) throw new Error('the embed document names no playlist')
  const masterUrl = `${siteUrl}${path}`
  const master = await (await fetch(masterUrl)).text()
  const heights = [...master.matchAll(/RESOLUTION=\d+x(\d+)/g)].map((match) => Number(match[1]))
  const playlists = [...master.matchAll(/^[^#\s].*$/gm), ...master.matchAll(/URI="([^"]+)"/g)].map(
    (match) => match[1] ?? match[0],
  )
  const missing: string[] = []
  let segments = 0
  for (const playlist of playlists) {
    const url = new URL(playlist, masterUrl)
    const text = await (await fetch(url)).text()
    const names = [...text.matchAll(/^[^#\s].*$/gm), ...text.matchAll(/URI="([^"]+)"/g)].map(
      (match) => match[1] ?? match[0],
    )
    for (const name of names) {
      const answer = await fetch(new URL(name, url), { method: 'HEAD' })
      if (!answer.ok || Number(answer.headers.get('content-length')) === 0) missing.push(name)
      segments++
    }
  }
  return { heights: [...new Set(heights)].sort((a, b) => b - a), segments, missing }
}
