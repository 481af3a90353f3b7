import type { PlayToken } from '#contract/play-token.ts'
import { cleanLine } from '../clean-line.ts'
import { pageAddress, webOrigin } from '../embed/site-name.ts'

export interface Handshake {
  /** The origin as the browser told it; the address and the title as the page told them. */
  origin: string
  url: string
  title?: string | undefined
}

/**
 * The title that belongs to the page of a play, or ''. It is the page's own word, so it is believed only of the very page
 * that is attested by two signals, and only from the origin that the browser named; and of no play that looks like a
 * program's or that was opened long ago, for each play is believed once and is not remembered longer.
 */
export function believedTitle(play: TitledPlay, handshake: Handshake | undefined, nowMs: number): string {
  const { grade, page, isExcess, isHosting, issuedAtMs } = play
  if (!handshake?.title || grade !== 'attested' || page === '') return ''
  if (isExcess || isHosting || nowMs - issuedAtMs >= believedForMs) return ''
  const isOfThisPage = webOrigin(handshake.url) === handshake.origin && pageAddress(handshake.url) === page
  return isOfThisPage ? cleanLine(handshake.title, longestTitle) : ''
}

/** Players tell the title as soon as they are there. */
export const believedForMs = 60 * 60 * 1000

const longestTitle = 200

type TitledPlay = Pick<PlayToken, 'grade' | 'page' | 'isExcess' | 'isHosting' | 'issuedAtMs'>
