import type { Span } from './parts-of-span.ts'

/** When each segment of a media playlist is shown, by its name. What the playlist does not list yet is missing. */
export function segmentSpans(playlist: string): Map<string, Span> {
  const spans = new Map<string, Span>()
  let fromMs = 0
  let lengthMs = 0
  for (const line of playlist.split(/\r?\n/)) {
    if (line.startsWith('#EXTINF:')) lengthMs = Number.parseFloat(line.slice('#EXTINF:'.length)) * 1_000
    else if (line !== '' && !line.startsWith('#')) {
      spans.set(line, { fromMs, toMs: fromMs + lengthMs })
      fromMs += lengthMs
    }
  }
  return spans
}
