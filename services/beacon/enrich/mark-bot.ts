import { isbot } from 'isbot'
import { LRUCache } from 'lru-cache'
import { type EnrichStep, mark } from './arrival.ts'

/** Robots that say so, and clients that name no browser at all. */
export const markBot: EnrichStep = (arrival) => {
  if (isBot(arrival.userAgent)) mark(arrival, 'bot')
}

// A few thousand different browsers make nearly all requests, and the patterns take longer than all the rest of a step.
const known = new LRUCache<string, boolean>({ max: 5_000 })

function isBot(userAgent: string): boolean {
  const agent = userAgent.slice(0, 512)
  let answer = known.get(agent)
  if (answer === undefined) {
    answer = agent === '' || isbot(agent)
    known.set(agent, answer)
  }
  return answer
}
