import type { RequestHandler } from 'express'
import { AppError } from '#contract/errors.ts'
import { viewsFilterSchema } from '#contract/views.ts'
import { createPlaces } from '../http/places.ts'
import { whenOver } from '../http/when-over.ts'
import { narrowFilter } from '../views/narrow-filter.ts'
import type { FindSubject } from '../views/views-subject.ts'

export interface GuestStreamLimits {
  streamsPerLink: number
  streamsInAll: number
  questionsPerLink: number
  questionsInAll: number
}

/**
 * A link can be handed on without end. Whoever asks the same hears the same reading of it, so what costs is different
 * filters: a link has fewer places for those than for listeners. Without a stream the page shows what it loaded.
 */
export const guestStreamLimits: GuestStreamLimits = {
  // A lecture hall that has the link on its screens.
  streamsPerLink: 100,
  streamsInAll: 500,
  // The whole, and some who look at one site or country each.
  questionsPerLink: 6,
  questionsInAll: 24,
}

/** Stands before the stream of a share link. Throws `too_many_requests` or `unavailable`. */
export function limitGuestStreams(findShared: FindSubject, limits = guestStreamLimits): RequestHandler {
  const streams = createPlaces({ perKey: limits.streamsPerLink, inAll: limits.streamsInAll })
  const questions = createQuestions(limits)
  return async (request, response, next) => {
    const { forced } = await findShared(request)
    const link = String(request.params.token)
    const filter = narrowFilter(viewsFilterSchema.parse(request.query), forced)
    const giveBackStream = taken(streams.take(link), 'Too many people follow this link; try again in a minute.')
    whenOver(request, response, giveBackStream)
    const giveBackQuestion = questions.ask(link, JSON.stringify(filter))
    whenOver(request, response, giveBackQuestion)
    next()
  }
}

/** A place for each different question, held until the last of those who ask it leaves. */
function createQuestions({ questionsPerLink, questionsInAll }: GuestStreamLimits) {
  const places = createPlaces({ perKey: questionsPerLink, inAll: questionsInAll })
  const asked = new Map<string, { askers: number; giveBack: () => void }>()
  return {
    ask(link: string, question: string): () => void {
      const key = `${link} ${question}`
      const known = asked.get(key) ?? { askers: 0, giveBack: taken(places.take(link), tooManyQuestions) }
      known.askers++
      asked.set(key, known)
      return () => {
        known.askers--
        if (known.askers > 0) return
        known.giveBack()
        asked.delete(key)
      }
    },
  }
}

const tooManyQuestions = 'Too many different filters of this link are followed live; try again in a minute.'

function taken(place: (() => void) | 'own' | 'all', sentence: string): () => void {
  if (place === 'own') throw new AppError('too_many_requests', sentence)
  if (place === 'all') throw new AppError('unavailable', 'Too many links are followed live; try again in a minute.')
  return place
}
