import { spawn } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What one does by hand with ffmpeg, to lay ours beside it. */
export async function secondsOf(words: string[]): Promise<number> {
  const startedAt = performance.now()
  const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`Plain ffmpeg ended with code ${code}.`)
  return (performance.now() - startedAt) / 1_000
}

/** What ffmpeg says while it works. */
export async function saidBy(words: string[]): Promise<string> {
  const child = spawn('ffmpeg', ['-nostdin', '-hide_banner', '-y', ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`Plain ffmpeg ended with code ${code}: ${said.slice(-500)}`)
  return said
}

/** All of it copied into segments. */
export async function remuxWords(path: string, folder: string): Promise<string[]> {
  const target = await freshFolder(folder)
  return ['-i', path, '-map', '0:v:0', '-map', '0:a:0', '-c', 'copy', ...hlsWords(`${target}/copy`, 4)]
}

/** The same first version as ours of what can't be copied, all of it. */
export async function firstWords(path: string, folder: string): Promise<string[]> {
  const target = await freshFolder(folder)
  return [
    ...['-i', path, '-map', '0:v:0', '-vf', 'fps=24,scale=854:480:flags=fast_bilinear', '-c:v', 'libx264'],
    ...['-preset', 'superfast', '-bf', '0', '-crf', '25', '-maxrate', '1800k', '-bufsize', '3600k'],
    ...['-force_key_frames', 'expr:gte(t,n_forced*2)', '-sc_threshold', '0', '-g', '9999'],
    ...['-map', '0:a:0?', '-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-f', 'hls', '-hls_time', '1'],
    ...['-hls_playlist_type', 'event', '-hls_flags', 'temp_file', '-hls_segment_type', 'fmp4'],
    ...['-hls_segment_filename', `${target}/%d.m4s`, `${target}/playlist.m3u8`],
  ]
}

export const plainRenditions = [
  { height: 720, maxrate: 2_800, crf: 23 },
  { height: 480, maxrate: 1_400, crf: 22 },
  { height: 360, maxrate: 800, crf: 21 },
  { height: 240, maxrate: 400, crf: 21 },
]

/** The same renditions as ours, as one writes them by hand: every size scaled from the source, threads left to ffmpeg. */
export async function ladderWords(path: string, folder: string): Promise<string[]> {
  const target = await freshFolder(folder)
  const sizes = plainRenditions.map(({ height }) => `[in${height}]scale=-2:${height}[v${height}]`)
  const split = `[0:v:0]fps=24,split=${plainRenditions.length}${plainRenditions.map(({ height }) => `[in${height}]`).join('')}`
  const keyframes = 'expr:gte(t,if(lt(n_forced,3),n_forced*2,(n_forced-1)*4))'
  return [
    ...['-i', path, '-filter_complex', [split, ...sizes].join(';')],
    ...plainRenditions.flatMap(({ height, maxrate, crf }) => [
      ...['-map', `[v${height}]`, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(crf)],
      ...['-maxrate', `${maxrate}k`, '-bufsize', `${maxrate * 2}k`],
      ...['-force_key_frames', keyframes, '-forced-idr', '1', '-sc_threshold', '0', '-g', '9999'],
      ...hlsWords(`${target}/${height}`, 1),
    ]),
    ...['-map', '0:a:0', '-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', '48000'],
    ...hlsWords(`${target}/audio`, 4),
  ]
}

function hlsWords(name: string, seconds: number): string[] {
  return [
    ...['-f', 'hls', '-hls_time', String(seconds), '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
    ...['-hls_fmp4_init_filename', `${name.split('/').at(-1)}.mp4`],
    ...['-hls_segment_filename', `${name}-%d.m4s`, `${name}.m3u8`],
  ]
}

export async function freshFolder(folder: string): Promise<string> {
  const target = join(folder, 'plain')
  await rm(target, { recursive: true, force: true })
  await mkdir(target)
  return target
}
