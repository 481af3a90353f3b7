/**
 * Strangers' words as they may be shown beside our own: one line of at most `longest` UTF-16 units, without control
 * characters, without those that nobody sees, and without those that turn the direction in which the words around are read.
 */
export function cleanLine(text: string, longest: number): string {
  const line = text.toWellFormed().replace(unseen, '').replace(spacing, ' ').trim()
  // No character is cut in two.
  return line.slice(0, longest).replace(firstHalf, '').trimEnd()
}

// Of the characters that format, all but those that join others or keep them apart, which scripts and pictures need.
const unseen = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g
const spacing = /[\p{Cc}\s]+/gu
const firstHalf = /[\uD800-\uDBFF]$/
