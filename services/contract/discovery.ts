/** `GET /api/videos/:id/views/discovery`: who looked at the video's links before anybody played it. */
export interface DiscoveryRow {
  kind: 'oembed' | 'unfurl' | 'feed'
  /** `Slack`, `Discord`, …, or the agent's own first word. */
  name: string
  count: number
  firstSeenMs: number
  lastSeenMs: number
}
