import type { Ladder } from '../media/ladder/choose-ladder.ts'

/** Where all of this is made in the workspace. */
export const root = 'smaller'

/** The folder of a rendition's AV1, beside that of its H.264. */
export function folderOf(rung: string): string {
  return `${rung}-av1`
}

/** The renditions on the way from the source to this one. */
export function downTo(ladder: Ladder, rung: string): Ladder {
  const end = ladder.renditions.findIndex(({ name }) => name === rung) + 1
  return { ...ladder, renditions: ladder.renditions.slice(0, end) }
}
