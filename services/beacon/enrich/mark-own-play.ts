import { type EnrichStep, mark } from './arrival.ts'

/** The owner's own plays, as the server knew when it made the token. */
export const markOwnPlay: EnrichStep = (arrival) => {
  if (arrival.token.isOwn) mark(arrival, 'ownPlay')
}
