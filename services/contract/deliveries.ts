import { z } from 'zod'
import { playIdSchema, videoIdSchema } from './ids.ts'
import { coveredSchema } from './play-state.ts'

/** Which parts of a video were ever sent to one play; cumulative, so that reports may be doubled and reordered. */
export const playDeliverySchema = z.object({
  videoId: videoIdSchema,
  playId: playIdSchema,
  /** When the play token was issued, as the media token tells; names the hour that the play belongs to. */
  openedAtMs: z.number().int().min(0),
  parts: coveredSchema,
})
export type PlayDelivery = z.infer<typeof playDeliverySchema>

/** So that a report stays below `deliveryReportMaxBytes`. */
export const mostDeliveriesPerReport = 1_000

/** `POST /beacon/deliveries`: a report, signed as a whole by `tokens/`, as text; answered 204 once it is on disk. */
export const deliveryReportSchema = z.object({
  plays: z.array(playDeliverySchema).max(mostDeliveriesPerReport),
  expiresAtMs: z.number().int(),
})
export type DeliveryReport = z.infer<typeof deliveryReportSchema>

export const deliveryReportMaxBytes = 256 * 1024
