import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

interface Area {
  x: number
  y: number
  width: number
  height: number
}

/** The mean red, green and blue, 0 to 255, of a part of a picture or of the first picture of a video. */
export async function meanColor(path: string, { x, y, width, height }: Area): Promise<[number, number, number]> {
  const filter = `crop=${width}:${height}:${x}:${y},scale=1:1:flags=area,format=rgb24`
  const words = ['-v', 'error', '-i', path, '-frames:v', '1', '-vf', filter, '-f', 'rawvideo', '-']
  const { stdout } = await run('ffmpeg', words, { encoding: 'buffer' })
  return [stdout[0]!, stdout[1]!, stdout[2]!]
}
