import { AppError } from '#contract/errors.ts'
import { createPlaces } from '../../http/places.ts'

// An export is the dearest thing that one request can ask for; pages must stay quick beside them.
const mostAtOnce = 12
const mostPerAddress = 3
const places = createPlaces({ perKey: mostPerAddress, inAll: mostAtOnce })

/** Takes a place and gives what frees it again. Throws `too_many_requests` or `unavailable`. */
export function takeExportPlace(address: string): () => void {
  const taken = places.take(address)
  if (taken === 'own')
    throw new AppError('too_many_requests', `${mostPerAddress} exports of yours are running; wait until one is done.`)
  if (taken === 'all') throw new AppError('unavailable', 'Many exports are running; try again in a minute.')
  return taken
}
