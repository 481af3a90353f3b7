/** How numbers become colours, in ffmpeg's words (ITU-T H.273); null where the file doesn't say. */
export interface Colour {
  matrix: string | null
  primaries: string | null
  transfer: string | null
}

/** As ffprobe names them. Anything that is not a word of its own list counts as not said. */
export function readColour(stream: {
  color_space?: string
  color_primaries?: string
  color_transfer?: string
}): Colour {
  return {
    matrix: matrices.find((word) => word === stream.color_space) ?? null,
    primaries: primaries.find((word) => word === stream.color_primaries) ?? null,
    transfer: transfers.find((word) => word === stream.color_transfer) ?? null,
  }
}

// Those that browsers know and that pictures keep through scaling.
const matrices = ['bt709', 'smpte170m', 'bt470bg', 'smpte240m', 'fcc', 'bt2020nc'] as const
const primaries = ['bt709', 'smpte170m', 'bt470bg', 'bt470m', 'smpte240m', 'film', 'bt2020', 'smpte432'] as const
const transfers = ['bt709', 'smpte170m', 'bt470m', 'bt470bg', 'iec61966-2-1', 'bt2020-10', 'bt2020-12'] as const

/**
 * What the renditions are to say. They keep the colours of their source, so that nothing is lost in between; all of them must
 * say so, since players guess by the size of what they get, and would show 360p in other colours than 1080p.
 */
export function outputColour(picture: { colour: Colour; pixelFormat: string; displayHeight: number }): {
  matrix: string
  primaries: string
  transfer: string
} {
  const { colour, pixelFormat, displayHeight } = picture
  const transfer = colour.transfer ?? 'bt709'
  // Of RGB ffmpeg makes numbers by the matrix of BT.601; red is the same red as before.
  if (isRgb(pixelFormat)) return { matrix: 'smpte170m', primaries: colour.primaries ?? 'bt709', transfer }
  // Where nothing is said, standard definition is meant as in the days of tubes.
  const matrix = colour.matrix ?? (displayHeight >= leastHdHeight ? 'bt709' : 'smpte170m')
  return { matrix, primaries: colour.primaries ?? primariesOf(matrix), transfer }
}

const leastHdHeight = 720

function primariesOf(matrix: string): string {
  if (matrix === 'bt2020nc') return 'bt2020'
  return matrix === 'smpte170m' || matrix === 'bt470bg' || matrix === 'smpte240m' ? matrix : 'bt709'
}

function isRgb(pixelFormat: string): boolean {
  return /^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8|x2rgb)/.test(pixelFormat)
}
