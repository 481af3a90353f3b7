import { createContext } from 'svelte'
import type { ViewsDetails, ViewsFilter } from '#contract/views.ts'
import type { Change, Choice } from './choice.ts'
import type { SiteRules } from './site-rules.svelte.ts'

/** Whose numbers a page shows and where they come from. */
export interface ViewsSource {
  kind: 'video' | 'owner' | 'vpub' | 'shared'
  /** Path of the API, such as `/api/videos/<id>/views`. */
  base: string
  /** The video whose rules and links may be changed here; null where nothing may. */
  ownVideoId: string | null
  /** What a shared link has fixed. */
  locked: ViewsFilter
}

/** What every part of the page leans on. The fields change as the reader chooses and as numbers move. */
export interface Views {
  readonly source: ViewsSource
  readonly choice: Choice
  readonly details: ViewsDetails
  /** Whether less than the whole time is shown, so that what is first is only the first within it. */
  readonly isWithinPeriod: boolean
  /** Rises now and then while numbers move, for tables that are not in the live line. */
  readonly beat: number
  /** Null where the reader may not decide which sites play. */
  readonly rules: SiteRules | null
  /** The address of this page with a change. */
  href(change: Change): string
  /** An address of the API below the page's own, asking what is chosen; `more` is added or takes the place of the same. */
  address(path: string, more?: Record<string, string | string[]>): string
}

export const [useViews, setViews] = createContext<Views>()
