import type { Source } from './source.ts'

const jumping = /mpegts|^mpeg$|ogg/

/** Whether the container's clock may jump, which ffmpeg evens out. */
export function hasJumpingClock({ container }: Pick<Source, 'container'>): boolean {
  return jumping.test(container)
}
