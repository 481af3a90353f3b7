/** A page's content security policy, with another origin that its pictures, videos and storyboards may come from. */
export function allowMedia(policy: string, origin: string | undefined): string {
  return origin ? policy.replace(/(?<=^|; ?)(img-src|media-src|connect-src) [^;]*/g, `$& ${origin}`) : policy
}
