/**
 * A page's title as it may be shown beside our own words: one line of at most 200 characters, without control characters,
 * and without those that turn the direction in which the words around it are read.
 */
export function cleanTitle(text: string): string {
  const line = text.toWellFormed().replace(turning, '').replace(spacing, ' ').trim()
  // By code points, so that none is cut in two.
  return Array.from(line).slice(0, longestTitle).join('').trimEnd()
}

const longestTitle = 200
const turning = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g
const spacing = /[\p{Cc}\s]+/gu
