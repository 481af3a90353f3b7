import { shownPosterKey } from '#catalog/extras-poster.ts'
import { shownStoryboardPrefix } from '#catalog/extras-storyboard.ts'
import type { PosterWishRow, VideoRow } from '#catalog/schema.ts'
import type { Pictures, PosterWish } from '#contract/pictures.ts'
import { storyboardName } from '#contract/storyboard.ts'
import type { MediaPlace } from '../media-address.ts'
import { posterUrl } from '../videos/present-video.ts'

export function presentPictures(place: MediaPlace, video: VideoRow, wish: PosterWishRow | null): Pictures {
  const prefix = shownStoryboardPrefix(video)
  return {
    posterUrl: posterUrl(place, shownPosterKey(video)),
    isChosen: video.chosen_poster_key !== null,
    // For as long as a poster's address, and for its folder only too.
    storyboardUrl: posterUrl(place, prefix && `${prefix}/${storyboardName}`),
    wish: wish && presentWish(wish),
  }
}

function presentWish({ state, at_ms, failure_code, failure_message }: PosterWishRow): PosterWish {
  const failure = failure_code ? { code: failure_code, message: failure_message ?? failure_code } : null
  return { state, atMs: at_ms, failure }
}
