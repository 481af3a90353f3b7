import type { FfmpegCommand } from '../run/command-line.ts'

/**
 * Pictures and sound as they are, in one file that plays while it is still being fetched. Nothing that the files say of
 * themselves comes along. Times stay as they are: each file by itself would be moved to begin at nought, and sound that
 * begins late would be early.
 */
export function joinDownloadCommand(target: string, sound: string | null): FfmpegCommand {
  const maps = ['-map', '0:v:0', '-map', sound ? '1:a:0' : '0:a:0?']
  const bare = ['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact']
  const times = ['-copyts', '-avoid_negative_ts', 'disabled']
  return {
    ...(sound && { moreSources: [sound] }),
    outputs: [{ target, options: [...maps, '-c', 'copy', ...bare, ...times, '-movflags', '+faststart', '-f', 'mp4'] }],
  }
}
