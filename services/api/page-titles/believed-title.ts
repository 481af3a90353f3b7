import type { PlayToken } from '#contract/play-token.ts'
import { pageAddress, webOrigin } from '../embed/site-name.ts'
import { cleanTitle } from './clean-title.ts'

export interface Handshake {
  /** The origin as the browser told it; the address and the title as the page told them. */
  origin: string
  url: string
  title?: string | undefined
}

/**
 * The title that belongs to the page of a play, or ''. It is the page's own word, so it is believed only of the very page
 * that is attested by two signals, and only from the origin that the browser named.
 */
export function believedTitle(
  { grade, page }: Pick<PlayToken, 'grade' | 'page'>,
  handshake: Handshake | undefined,
): string {
  if (!handshake?.title || grade !== 'attested' || page === '') return ''
  const isOfThisPage = webOrigin(handshake.url) === handshake.origin && pageAddress(handshake.url) === page
  return isOfThisPage ? cleanTitle(handshake.title) : ''
}
