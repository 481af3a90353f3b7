/** One of several parts of a file that are sent side by side, each over a line of its own. Counted from 1. */
export interface UploadPart {
  number: number
  count: number
}

export const mostUploadParts = 8

/** Which bytes of a file of that size are those of the part; all parts together are the file. */
export function partRange(sizeBytes: number, { number, count }: UploadPart): { startByte: number; endByte: number } {
  const partBytes = Math.floor(sizeBytes / count)
  const startByte = partBytes * (number - 1)
  return { startByte, endByte: number === count ? sizeBytes : startByte + partBytes }
}

/** The parts by their numbers. */
export function allParts(count: number): UploadPart[] {
  return Array.from({ length: count }, (_, index) => ({ number: index + 1, count }))
}

/** Where the bytes of a part are sent: behind the address of its upload. */
export function partPath({ number, count }: UploadPart): string {
  return `/parts/${number}-of-${count}`
}

/** Reads `2-of-4`; null where it names no part. */
export function parsePart(text: string): UploadPart | null {
  const [, number, count] = /^(\d)-of-(\d)$/.exec(text)?.map(Number) ?? []
  if (!number || !count || number > count || count > mostUploadParts) return null
  return { number, count }
}
