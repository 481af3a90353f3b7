const gigabyte = 1_000_000_000

/** As a person types it: gigabytes with a point or a comma; nothing means as for all. */
export function quotaOf({ gigabytes, videos }: { gigabytes: string; videos: string }) {
  return {
    maxBytes: gigabytes.trim() === '' ? null : Math.round(Number(gigabytes.replace(',', '.')) * gigabyte),
    maxVideos: videos.trim() === '' ? null : Number(videos),
  }
}

export function gigabytesOf(bytes: number | null): string {
  return bytes === null ? '' : String(bytes / gigabyte)
}
