/** A master playlist as it is written, nothing made up where something is missing. */
export interface MasterText {
  isIndependent: boolean
  variants: { uri: string; attributes: Map<string, string> }[]
  /** EXT-X-MEDIA of TYPE=AUDIO. */
  sounds: Map<string, string>[]
}

export interface MediaText {
  targetS: number
  isEnded: boolean
  isIndependent: boolean
  segments: { uri: string; durationS: number; mapUri: string | null; isDiscontinuous: boolean }[]
}

export function readMasterText(text: string): MasterText {
  const master: MasterText = { isIndependent: false, variants: [], sounds: [] }
  let attributes: Map<string, string> | null = null
  for (const { tag, value, uri } of linesOf(text)) {
    if (tag === 'EXT-X-INDEPENDENT-SEGMENTS') master.isIndependent = true
    else if (tag === 'EXT-X-MEDIA' && attributesOf(value).get('TYPE') === 'AUDIO')
      master.sounds.push(attributesOf(value))
    else if (tag === 'EXT-X-STREAM-INF') attributes = attributesOf(value)
    else if (uri !== null && attributes) {
      master.variants.push({ uri, attributes })
      attributes = null
    }
  }
  return master
}

export function readMediaText(text: string): MediaText {
  const media: MediaText = { targetS: 0, isEnded: false, isIndependent: false, segments: [] }
  let [mapUri, durationS, isDiscontinuous]: [string | null, number, boolean] = [null, Number.NaN, false]
  for (const { tag, value, uri } of linesOf(text)) {
    if (tag === 'EXT-X-TARGETDURATION') media.targetS = Number(value)
    else if (tag === 'EXT-X-ENDLIST') media.isEnded = true
    else if (tag === 'EXT-X-INDEPENDENT-SEGMENTS') media.isIndependent = true
    else if (tag === 'EXT-X-DISCONTINUITY') isDiscontinuous = true
    else if (tag === 'EXT-X-MAP') mapUri = attributesOf(value).get('URI') ?? null
    else if (tag === 'EXTINF') durationS = Number.parseFloat(value)
    else if (uri !== null) {
      media.segments.push({ uri, durationS, mapUri, isDiscontinuous })
      ;[durationS, isDiscontinuous] = [Number.NaN, false]
    }
  }
  return media
}

function linesOf(text: string): { tag: string | null; value: string; uri: string | null }[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  return lines
    .filter((line) => !line.startsWith('#') || line.startsWith('#EXT'))
    .map((line) => {
      if (!line.startsWith('#')) return { tag: null, value: '', uri: line }
      const colon = line.indexOf(':')
      const end = colon < 0 ? line.length : colon
      return { tag: line.slice(1, end), value: line.slice(end + 1), uri: null }
    })
}

/** `A=1,B="x,y"` by name, without the quotes. */
function attributesOf(text: string): Map<string, string> {
  const pairs = [...text.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",]*)/g)]
  return new Map(pairs.map(([, name, value]) => [name!, value!.replace(/^"|"$/g, '')]))
}
