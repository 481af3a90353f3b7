/** The row knows a later attempt, or the video is gone: whatever this attempt made is nobody's. */
export class StaleAttempt extends Error {
  override name = 'StaleAttempt'
}
