const longestBytes = 180

/** The name under which a video is kept: its title, made harmless for every file system, and an ending. */
export function downloadName(title: string, ending: string): string {
  const safe = title
    .toWellFormed()
    .normalize('NFC')
    // Separators and wildcards of file systems, and what can't be seen or turns the reading direction.
    .replace(/[\\/:*?"<>|\p{Cc}\p{Co}\p{Cn}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  const name = cutAt(safe, longestBytes).replace(/[. ]+$/, '') || 'video'
  // Names that Windows keeps for its devices, whatever their ending.
  const isDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)
  return `${isDevice ? '_' : ''}${name}${ending}`
}

/** `.mov` of the name that a file was uploaded with; nothing where it had none worth keeping. */
export function endingOf(fileName: string): string {
  return /\.[a-z0-9]{1,5}$/i.exec(fileName)?.[0].toLowerCase() ?? ''
}

/** By characters as people count them. */
function cutAt(text: string, bytes: number): string {
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (Buffer.byteLength(kept + segment) > bytes) break
    kept += segment
  }
  return kept
}
