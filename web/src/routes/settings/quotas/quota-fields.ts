const gigabyte = 1_000_000_000

interface Typed {
  gigabytes: string
  videos: string
}

/** As a person types it: gigabytes with a point or a comma; nothing means as for all. Null where it is no number. */
export function quotaOf(typed: Typed): { maxBytes: number | null; maxVideos: number | null } | null {
  const [gigabytes, videos] = [typed.gigabytes.trim(), typed.videos.trim()]
  if (!isEmptyOr(gigabytePattern, gigabytes) || !isEmptyOr(countPattern, videos)) return null
  return {
    maxBytes: gigabytes === '' ? null : Math.round(Number(gigabytes.replace(',', '.')) * gigabyte),
    maxVideos: videos === '' ? null : Number(videos),
  }
}

/** For the browser as well, which says what is wrong before anything is sent. */
export const gigabytePattern = '[0-9]+([.,][0-9]*)?|[.,][0-9]+'
export const countPattern = '[0-9]+'

function isEmptyOr(pattern: string, text: string): boolean {
  return text === '' || new RegExp(`^(?:${pattern})$`).test(text)
}

export function gigabytesOf(bytes: number | null): string {
  return bytes === null ? '' : String(bytes / gigabyte)
}
