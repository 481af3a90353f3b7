import { type EnrichStep, mark } from './arrival.ts'

/** What the server knew against the play when it made the token. */
export const markToken: EnrichStep = (arrival) => {
  const { isOwn, isHosting, isExcess } = arrival.token
  if (isOwn) mark(arrival, 'ownPlay')
  if (isHosting) mark(arrival, 'hostingNetwork')
  if (isExcess) mark(arrival, 'tooManyPlays')
}
