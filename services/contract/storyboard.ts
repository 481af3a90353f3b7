/** A small picture of a moment, and the stretch of the video that it stands for: a part of a sheet of such pictures. */
export interface StoryboardTile {
  startMs: number
  endMs: number
  /** Address of the sheet, as told beside the storyboard's own. */
  image: string
  x: number
  y: number
  width: number
  height: number
}

export const storyboardName = 'storyboard.vtt'

/** Sheets are squares of so many tiles. */
export const tilesPerSide = 5
export const tilesPerSheet = tilesPerSide * tilesPerSide

/** As WebVTT with `#xywh` fragments, which other players read as well. */
export function writeStoryboard(tiles: StoryboardTile[]): string {
  const cues = tiles.map(
    ({ startMs, endMs, image, x, y, width, height }) =>
      `${cueTime(startMs)} --> ${cueTime(endMs)}\n${image}#xywh=${x},${y},${width},${height}\n`,
  )
  return ['WEBVTT\n', ...cues].join('\n')
}

/** The tiles in the order of their times; `url` is where the text came from. What is no tile is left out. */
export function readStoryboard(text: string, url: string): StoryboardTile[] {
  const cues = text.matchAll(/^(\S+) --> (\S+).*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm)
  return [...cues].map(([, start, end, image, ...area]) => {
    const [x, y, width, height] = area.map(Number) as [number, number, number, number]
    const address = new URL(image!, new URL(url, 'http://here')).href.replace(/^http:\/\/here\//, '/')
    return { startMs: readTime(start!), endMs: readTime(end!), image: address, x, y, width, height }
  })
}

/** The tile of a moment, or the nearest; null where there is none at all. */
export function tileAt(tiles: StoryboardTile[], timeMs: number): StoryboardTile | null {
  return tiles.findLast(({ startMs }) => startMs <= timeMs) ?? tiles[0] ?? null
}

function cueTime(ms: number): string {
  const pad = (value: number, length = 2) => String(Math.floor(value)).padStart(length, '0')
  return `${pad(ms / 3_600_000)}:${pad((ms / 60_000) % 60)}:${pad((ms / 1_000) % 60)}.${pad(ms % 1_000, 3)}`
}

function readTime(text: string): number {
  return Math.round(text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1_000)
}
