import type { AudioSource, Source, VideoSource } from '../../workers/transcoder/media/source/source.ts'

/** For tests: an ordinary 720p source, but for what the test is about. */
export function testSource(
  video: Partial<VideoSource> = {},
  audio: Partial<AudioSource> | null = {},
  rest: Partial<Source> = {},
): Source {
  return {
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    video: {
      streamIndex: 0,
      codec: 'h264',
      profile: 'High',
      pixelFormat: 'yuv420p',
      isAvc1: true,
      isProgressive: true,
      displayWidth: 1280,
      displayHeight: 720,
      hasSquarePixels: true,
      isTurned: false,
      frameRate: { numerator: 30, denominator: 1 },
      timeBase: { numerator: 1, denominator: 15_360 },
      startS: 0,
      hdr: null,
      isDolbyVisionOnly: false,
      colour: { matrix: null, primaries: null, transfer: null },
      ...video,
    },
    audio: audio && {
      streamIndex: 1,
      codec: 'aac',
      profile: 'LC',
      channels: 2,
      sampleRate: 48_000,
      startS: 0,
      ...audio,
    },
    soundTracks: audio ? 1 : 0,
    hasSubtitles: false,
    claimedDurationS: 10,
    startS: 0,
    bitsPerSecond: 2_000_000,
    ...rest,
  }
}
