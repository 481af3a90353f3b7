/** 8192 × 4320, the largest picture we open; a decoder refuses more before it reserves memory for it. */
export const maxPixels = 35_389_440

/**
 * The formats a file may be in. Without this list a playlist, a concat script or a manifest that calls itself .mp4
 * makes ffmpeg open other people's files by name; a whitelist of protocols alone does not stop that.
 */
const formats = 'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,asf,mpegts,mpeg,ogg,mxf,gif,rm,ivf,mpegvideo'

/** Pictures that people send as a poster. None of these formats names another file; SVG, which does, is none of them. */
const pictureFormats = 'jpeg_pipe,png_pipe,webp_pipe'

/** What a run may be given to read: a whole video, or a picture. */
export type Accepted = 'video' | 'picture'

/** Said before every input of every ffmpeg and ffprobe; run-ffmpeg.ts is the only place that starts either. */
export function guardsFor(accepted: Accepted = 'video'): readonly string[] {
  return [
    ...['-protocol_whitelist', 'file,pipe'],
    ...['-format_whitelist', accepted === 'video' ? formats : pictureFormats],
    ...['-max_pixels', String(maxPixels)],
    // A program with a hundred sound tracks is a file we read; one with ten thousand is an attack.
    ...['-max_streams', '256'],
    ...['-probesize', '10M'],
    ...['-analyzeduration', '10M'],
  ]
}

export const inputGuards = guardsFor('video')
