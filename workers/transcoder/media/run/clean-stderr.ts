const keptBytes = 4_096

/** Keeps the end of what a program complained about: bounded, and text that Postgres and a log line can hold. */
export function stderrKeeper(): { add(chunk: Buffer): void; text(): string } {
  let kept = Buffer.alloc(0)
  return {
    add(chunk) {
      kept = Buffer.concat([kept, chunk.subarray(-keptBytes)]).subarray(-keptBytes)
    },
    text: () => cleanText(kept),
  }
}

/** Invalid UTF-8 becomes U+FFFD; control characters, NUL first among them, become spaces. */
export function cleanText(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/[\p{Cc}--[\n\t]]/gv, ' ')
    .trim()
}
