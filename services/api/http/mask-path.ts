/**
 * A path as the log may have it. Share links, feeds and the way out of mails are secrets that stand in a path; those have
 * 20 letters or more, and what helps to find a fault (`videos`, a video's id) is shorter.
 */
export function maskPath(path: string): string {
  return path.replace(/[^/]{20,}/g, '…')
}
