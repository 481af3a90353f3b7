export interface BestVariant {
  /** Playlists relative to the master. Sound is null where it is in the pictures' segments, or there is none. */
  pictures: string
  sound: string | null
}

/** The sharpest way to play a video, from a master playlist of ours; null where it names none. */
export function bestVariant(master: string): BestVariant | null {
  const lines = master.split('\n')
  const variants = lines.flatMap((line, index) => {
    const bits = /^#EXT-X-STREAM-INF:BANDWIDTH=(\d+)/.exec(line)?.[1]
    const uri = lines[index + 1]
    // Everybody can play H.264; what is smaller plays on newer devices only.
    const isForAll = /CODECS="avc1/.test(line)
    return bits && uri && isForAll
      ? [{ uri, bits: Number(bits), height: Number(/RESOLUTION=\d+x(\d+)/.exec(line)?.[1] ?? 0) }]
      : []
  })
  const best = variants.sort((one, other) => other.height - one.height || other.bits - one.bits)[0]
  if (!best) return null
  const sound = lines.find((line) => line.startsWith('#EXT-X-MEDIA:TYPE=AUDIO'))
  return { pictures: best.uri, sound: /URI="([^"]+)"/.exec(sound ?? '')?.[1] ?? null }
}
