/** By characters as people count them, so that no emoji is cut in two. */
export function firstCharacters(text: string, units: number): string {
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (kept.length + segment.length > units) break
    kept += segment
  }
  return kept
}
