import type { Grade } from './grade.ts'
import type { Mark } from './marks.ts'

/** `GET …/views/plays/:playId`: all that is known of one play and why it counts or does not. */
export interface PlayExplained {
  playId: string
  videoId: string
  site: string
  topSite: string
  page: string
  grade: Grade
  openedAtMs: number
  lastSeenMs: number
  country: string
  device: string
  counts: boolean
  marks: Mark[]
  /** Which steps it reached, and with which numbers. */
  steps: {
    visible: boolean
    started: 'no' | 'person' | 'autoplay'
    viewed: boolean
    engaged: boolean
    finished: boolean
  }
  watchedMs: number
  hiddenMs: number
  coveredParts: number
  durationMs: number
  definitionVersion: number
}
