import { type StoryboardTile, tilesPerSide } from '#contract/storyboard.ts'
import { tileWorth } from './tile-worth.ts'

// Enough to tell a picture from an even area, and a whole sheet is read in a millisecond.
const grid = { width: 16, height: 16 }

/** What each tile is worth as a poster, by its pixels; null where they can't be read. */
export async function readWorths(tiles: StoryboardTile[]): Promise<number[] | null> {
  try {
    const sheets = new Map<string, CanvasRenderingContext2D>()
    for (const image of new Set(tiles.map((tile) => tile.image))) sheets.set(image, await drawSheet(image))
    return tiles.map(({ image, x, y, width, height }) => {
      const pixels = sheets.get(image)!
      const [left, top] = [(x / width) * grid.width, (y / height) * grid.height]
      return tileWorth(pixels.getImageData(left, top, grid.width, grid.height).data)
    })
  } catch {
    return null
  }
}

async function drawSheet(address: string): Promise<CanvasRenderingContext2D> {
  const sheet = new Image()
  // Whoever delivers the pictures may be another site.
  sheet.crossOrigin = 'anonymous'
  sheet.src = address
  await sheet.decode()
  const [width, height] = [grid.width * tilesPerSide, grid.height * tilesPerSide]
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.imageSmoothingQuality = 'high'
  context.drawImage(sheet, 0, 0, width, height)
  return context
}
