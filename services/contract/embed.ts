import { z } from 'zod'
import type { CaptionLink } from './captions.ts'

/** What the embed document tells its player, as JSON inside the page. */
export interface EmbedBoot {
  videoId: string
  title: string
  /** Still being made: ask `stateUrl` now and then until it plays. */
  isWaiting: boolean
  /** Signed by the server from what it saw; good for a whole play if `open` can't be reached. */
  token: string
  /** What the token says, for the player to show: by it the owner can have the play explained. */
  playId: string
  openUrl: string
  stateUrl: string
  beaconUrl: string
  /** Master playlist; '' while waiting. */
  mediaUrl: string
  posterUrl: string | null
  /** 0 while the video still grows. */
  durationMs: number
  /** It is being recorded right now: begin where it is, not at its start. */
  isLive: boolean
  /** What plays is there for the time being: ask `stateUrl` now and then for the sharper versions. */
  isFirst?: boolean
  /** The owner has rules for sites: `open` must have judged this one before anything plays, and gives the `mediaUrl`. */
  isGuarded?: boolean
  /** Captions that the viewer may choose; not where the document is guarded. */
  captions?: CaptionLink[]
  /** The owner wants a press before it plays, whatever the embed's address asks for. */
  clickToPlay?: boolean
}

/** `POST /embed/:id/open`, sent as text/plain so that a sandboxed frame needs no preflight. */
export const openRequestSchema = z.object({
  token: z.string().max(2048),
  /** `location.ancestorOrigins`: the parent first, the top page last; empty where the browser has none or nobody embeds. */
  ancestors: z.array(z.string().max(512)).max(32).default([]),
  /** Whether the player is a page of its own and not in a frame. */
  isTop: z.boolean().default(false),
  /**
   * What embed.js on the embedding page answered: the origin is the browser's word (event.origin), address and title are
   * the page's.
   */
  page: z
    .object({ origin: z.string().max(512), url: z.string().max(4096), title: z.string().max(1000).optional() })
    .optional(),
})
export type OpenRequest = z.input<typeof openRequestSchema>

/** A token of the same play that knows its site as surely as the signals allow. */
export interface OpenAnswer {
  token: string
  /** Only where the document was guarded; '' while the video is still being made. */
  mediaUrl?: string
  captions?: CaptionLink[]
  clickToPlay?: boolean
}

/** The owner does not let the video play on this site: no token, so nothing is counted, and nothing to play. */
export interface OpenRefusal {
  blocked: true
  /** In the reader's language, and where the video can be watched. */
  sentence: string
  link: { url: string; label: string }
}

/** `POST /embed/:id/state`, sent as text/plain: the token is the waiting document's own. */
export const stateRequestSchema = z.object({ token: z.string().max(2048) })

/**
 * What became of a video that a document waits for; once it plays, all that its player needs, for the same play. The
 * document is not loaded again: the browser would name our own frame as the page that it came from.
 */
export type EmbedState = { state: 'waiting' | 'failed' } | { state: 'playable'; boot: EmbedBoot }
