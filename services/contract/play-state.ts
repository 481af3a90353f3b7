import { z } from 'zod'

export * from './play-steps.ts'

/** 100 bits as 25 hex digits; bit i (the lowest is part 0) says that part i was covered. */
export const coveredSchema = z.string().regex(/^[0-9a-f]{25}$/)

const milliseconds = z.number().int().min(0).max(0xffff_ffff)
const count = z.number().int().min(0).max(0xffff)

/**
 * What a player knows about its play so far. Always cumulative, never a delta: the state of a play is the join of its
 * beacons, so duplicates, reordering and loss of any but the last change nothing.
 */
export const playStateSchema = z.object({
  /** At least half of the player was on screen for one second. */
  visible: z.boolean(),
  /** The media clock moved: not yet, by a person's act, or by autoplay. */
  started: z.enum(['no', 'person', 'autoplay']),
  /** Time during which the media clock advanced at playing speed; not paused, stalled, seeking, nor a sleeping tab. */
  watchedMs: milliseconds,
  /** The part of the same kind of time during which the tab was hidden; not contained in watchedMs. */
  hiddenMs: milliseconds,
  covered: coveredSchema,
  /** Parts that were entered again after they had been covered, as in `covered`; players before version 2 send none. */
  repeated: coveredSchema.optional(),
  /** How many parts were entered again after they had been covered. */
  repeats: count,
  /** The farthest position that was played. */
  positionMs: milliseconds,
  /** From the wish to play to the first moving picture; 0 until then. */
  startupMs: milliseconds,
  stalls: count,
  stallMs: milliseconds,
  errors: count,
  /** Height of the rendition on screen, in pixels; 0 until known. */
  quality: count,
  playerWidth: count,
  playerHeight: count,
  /** The frame's health: what the embedding page forbids. */
  fullscreenBlocked: z.boolean(),
  autoplayBlocked: z.boolean(),
  sandboxed: z.boolean(),
  /** Whether the media clock was moving when this was sent; where it is missing, every started play is taken to be. */
  playing: z.boolean().optional(),
})
export type PlayState = z.infer<typeof playStateSchema>

/** `POST /beacon`, text/plain so that no preflight is needed, under 1 kB; answered 204 once it is on disk. */
export const beaconSchema = z.object({
  token: z.string().max(2048),
  /** Counts the beacons of one play, from 1. */
  seq: z.number().int().min(1).max(1_000_000),
  state: playStateSchema,
})
export type Beacon = z.infer<typeof beaconSchema>

/** The largest beacon body that is read at all, in bytes. */
export const beaconMaxBytes = 16 * 1024
