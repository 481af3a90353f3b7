import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Clip } from './clips.ts'

/** Draws a clip of our own making. No uploaded byte is read here, so it does without the transcoder's wrapper. */
export async function makeClip(clip: Clip, path: string): Promise<void> {
  await promisify(execFile)('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-y'],
    ...['-f', 'lavfi', '-i', clip.picture],
    ...['-f', 'lavfi', '-i', clip.sound],
    ...['-t', String(clip.seconds), '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '24', '-pix_fmt', 'yuv420p'],
    ...['-g', '48', '-c:a', 'aac', '-b:a', '96k', '-movflags', '+faststart', path],
  ])
}
