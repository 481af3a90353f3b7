/**
 * Why a play is kept but not counted: one bit each, stored in `play.marks`. A bit is never given a second meaning.
 * The last two are not sent by the collector: they are known only of the finished play, so `merged_play` sets them.
 */
export const marks = {
  bot: { bit: 1 << 0, sentence: 'The browser called itself a robot.' },
  ownPlay: { bit: 1 << 1, sentence: 'The owner of the video opened the player.' },
  impossibleWatch: { bit: 1 << 2, sentence: 'More was watched than time had passed.' },
  impossibleCover: { bit: 1 << 3, sentence: 'More of the video was covered than was watched.' },
  prerendered: { bit: 1 << 4, sentence: 'The page was loaded ahead of time and never shown.' },
  tinyPlayer: { bit: 1 << 5, sentence: 'The player was too small for anybody to see.' },
  neverOnScreen: { bit: 1 << 6, sentence: 'It played by itself and was never on screen.' },
} as const

export type Mark = keyof typeof marks

export function marksIn(bits: number): Mark[] {
  return (Object.keys(marks) as Mark[]).filter((mark) => (bits & marks[mark].bit) !== 0)
}
