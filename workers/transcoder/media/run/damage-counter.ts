/** How much ffmpeg must say for its damage to be counted: every line by itself, broken pictures being only a warning. */
export const damageVerbosity = 'repeat+warning'

// A picture that is shown though parts of it are missing; and data that gave no picture, as ffmpeg 5 and as newer ones say it.
const damaged = /corrupt decoded frame|Error while decoding stream|Error submitting packet to decoder|Decoding error:/

// Longer than any complaint; what would not end its line is not kept for ever.
const maxLineLength = 1_000

/** Counts the pictures that ffmpeg complains of, in whatever pieces its complaints arrive. */
export function damageCounter(): { add(chunk: Buffer): void; count(): number } {
  let count = 0
  let rest = ''
  return {
    add(chunk) {
      const lines = (rest + chunk.toString('latin1')).split('\n')
      rest = lines.pop()!.slice(0, maxLineLength)
      count += lines.filter((line) => damaged.test(line)).length
    },
    count: () => count,
  }
}
