/** By characters as people count them, so that no emoji is cut in two; where a browser is too old to count them, by units. */
export function firstCharacters(text: string, units: number): string {
  if (text.length <= units || !('Segmenter' in Intl)) return text.slice(0, units)
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (kept.length + segment.length > units) break
    kept += segment
  }
  return kept
}
