/** The origin of the page that linked to this one, without its path; '' where it was one of ours or none is told. */
export function senderOf(referrer: string, ownOrigin: string): string {
  const url = URL.parse(referrer)
  if (!url) return ''
  // Apps tell a scheme of their own, which has no origin.
  const origin = url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin
  return origin === ownOrigin ? '' : origin
}
