import { cleanLine } from '#contract/video.ts'

/** The last part of an address's path, as a file's name; empty where it has none. */
export function fileNameOf(address: string): string {
  const last = new URL(address).pathname.split('/').at(-1) ?? ''
  return cleanLine(decoded(last).slice(0, 1_000))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
