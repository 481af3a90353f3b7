import { type EnrichStep, mark } from './arrival.ts'

/** Pages that the browser loads before anybody asks for them; the mark loses its weight once the player was visible. */
export const markPrerendered: EnrichStep = (arrival) => {
  if (arrival.purpose.includes('prerender')) mark(arrival, 'prerendered')
}
