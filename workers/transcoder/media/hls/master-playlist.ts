/** What a master playlist says about one way to play the video; all of it measured from the finished bytes. */
export interface Variant {
  /** Relative to the master playlist. */
  uri: string
  width: number
  height: number
  framesPerSecond: number
  /** RFC 6381, such as `avc1.64001f`. */
  codecs: string[]
  /** The heaviest segment, and all segments together, in bits per second. */
  peakBitsPerSecond: number
  averageBitsPerSecond: number
}

export interface AudioVariant {
  uri: string
  codec: string
  channels: number
  peakBitsPerSecond: number
  averageBitsPerSecond: number
}

/** RFC 8216bis. Where sound is apart, every variant needs it too, so its bits are added to each. */
export function masterPlaylist(variants: Variant[], audio: AudioVariant | null): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  if (audio) lines.push(audioLine(audio))
  return `${[...lines, ...variantLines(variants, audio)].join('\n')}\n`
}

/** Two lines each: what there is to say, and where it is. */
export function variantLines(variants: Variant[], audio: AudioVariant | null): string[] {
  return variants.flatMap((variant) => [variantLine(variant, audio), variant.uri])
}

function audioLine(audio: AudioVariant): string {
  return `#EXT-X-MEDIA:${attributes({
    TYPE: 'AUDIO',
    'GROUP-ID': '"audio"',
    NAME: '"Sound"',
    DEFAULT: 'YES',
    AUTOSELECT: 'YES',
    CHANNELS: `"${audio.channels}"`,
    URI: `"${audio.uri}"`,
  })}`
}

function variantLine(variant: Variant, audio: AudioVariant | null): string {
  const codecs = audio ? [...variant.codecs, audio.codec] : variant.codecs
  return `#EXT-X-STREAM-INF:${attributes({
    BANDWIDTH: Math.ceil(variant.peakBitsPerSecond + (audio?.peakBitsPerSecond ?? 0)),
    'AVERAGE-BANDWIDTH': Math.ceil(variant.averageBitsPerSecond + (audio?.averageBitsPerSecond ?? 0)),
    CODECS: `"${codecs.join(',')}"`,
    RESOLUTION: `${variant.width}x${variant.height}`,
    'FRAME-RATE': variant.framesPerSecond.toFixed(3),
    ...(audio && { AUDIO: '"audio"' }),
  })}`
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}
