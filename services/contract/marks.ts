/**
 * Why a play is kept but not counted: one bit each, stored in `play.marks`. A bit is never given a second meaning.
 * Those with `isOfWhole` are not sent by the collector: they are known only of the whole play, so `merged_play` sets them.
 */
export const marks = {
  bot: { bit: 1 << 0, sentence: 'The browser called itself a robot.' },
  ownPlay: { bit: 1 << 1, sentence: 'The owner of the video opened the player.' },
  impossibleWatch: { bit: 1 << 2, sentence: 'More was watched than time had passed.' },
  impossibleCover: { bit: 1 << 3, sentence: 'More of the video was covered than was watched.' },
  prerendered: { bit: 1 << 4, sentence: 'The page was loaded ahead of time and never shown.' },
  tinyPlayer: { bit: 1 << 5, sentence: 'The player was too small for anybody to see.', isOfWhole: true },
  neverOnScreen: { bit: 1 << 6, sentence: 'It played by itself and was never on screen.', isOfWhole: true },
  hostingNetwork: { bit: 1 << 7, sentence: 'It came from a data centre, where machines watch and people do not.' },
  replayedToken: { bit: 1 << 8, sentence: 'The play’s token was sent again by another browser.' },
  moreThanDelivered: { bit: 1 << 9, sentence: 'More was watched than was ever sent to this player.', isOfWhole: true },
  tooManyPlays: {
    bit: 1 << 10,
    sentence: 'One viewer or network opened videos more often within an hour than people do.',
  },
  hiddenAllAlong: { bit: 1 << 11, sentence: 'It played in a hidden tab from beginning to end.', isOfWhole: true },
} as const

export type Mark = keyof typeof marks

export function marksIn(bits: number): Mark[] {
  return (Object.keys(marks) as Mark[]).filter((mark) => (bits & marks[mark].bit) !== 0)
}
