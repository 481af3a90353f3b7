import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ffprobe } from './media.ts'

const run = promisify(execFile)

interface Area {
  x: number
  y: number
  width: number
  height: number
}

/** The pictures of a file, read once, as bytes of red, green and blue. */
const read = new Map<string, Promise<{ bytes: Buffer; width: number }>>()

/** The mean red, green and blue, 0 to 255, of a part of a JPEG that does not change any more. */
export async function meanColorInSheet(path: string, area: Area): Promise<[number, number, number]> {
  if (!read.has(path)) read.set(path, readPixels(path))
  const { bytes, width } = await read.get(path)!
  const sums: [number, number, number] = [0, 0, 0]
  for (let row = area.y; row < area.y + area.height; row++) {
    for (let column = area.x; column < area.x + area.width; column++) {
      for (let part = 0; part < 3; part++) sums[part]! += bytes[(row * width + column) * 3 + part]!
    }
  }
  return sums.map((sum) => sum / (area.width * area.height)) as [number, number, number]
}

async function readPixels(path: string): Promise<{ bytes: Buffer; width: number }> {
  const words = ['-v', 'error', '-i', path, '-frames:v', '1', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-']
  const { stdout } = await run('ffmpeg', words, { encoding: 'buffer', maxBuffer: 64 << 20 })
  const { streams } = await ffprobe(path)
  return { bytes: stdout, width: Number(streams[0]!.width) }
}

/** The mean red, green and blue, 0 to 255, of a part of a picture or of the first picture of a video. */
export async function meanColor(path: string, { x, y, width, height }: Area): Promise<[number, number, number]> {
  const filter = `crop=${width}:${height}:${x}:${y},scale=1:1:flags=area,format=rgb24`
  const words = ['-v', 'error', '-i', path, '-frames:v', '1', '-vf', filter, '-f', 'rawvideo', '-']
  const { stdout } = await run('ffmpeg', words, { encoding: 'buffer' })
  return [stdout[0]!, stdout[1]!, stdout[2]!]
}

const gridSide = 32

/** Whether a thirtieth of some picture in a file, be it a video or a playlist, is of about this red, green and blue. */
export async function showsColour(path: string, colour: readonly [number, number, number]): Promise<boolean> {
  const filter = `scale=${gridSide}:${gridSide}:flags=area,format=rgb24`
  const words = ['-v', 'error', '-i', path, '-map', '0:v', '-vf', filter, '-f', 'rawvideo', '-']
  const { streams } = await ffprobe(path)
  // Sound alone has nothing to show.
  if (!streams.some(({ codec_type }) => codec_type === 'video')) return false
  const { stdout } = await run('ffmpeg', words, { encoding: 'buffer', maxBuffer: 256 << 20 })
  const pictureBytes = gridSide ** 2 * 3
  for (let start = 0; start < stdout.length; start += pictureBytes) {
    if (countNear(stdout.subarray(start, start + pictureBytes), colour) > gridSide ** 2 / 30) return true
  }
  return false
}

// As far as encoding, scaling and other matrices of colour move one.
const tolerance = 28

function countNear(points: Buffer, colour: readonly number[]): number {
  let count = 0
  for (let at = 0; at < points.length; at += 3) {
    if (colour.every((value, part) => Math.abs(points[at + part]! - value) <= tolerance)) count++
  }
  return count
}
