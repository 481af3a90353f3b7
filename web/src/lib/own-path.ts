/**
 * The path of this site that `to` names, or `/`. A browser takes `//evil.example` and `/\evil.example` for other sites,
 * so the address is resolved as the browser would and its origin compared.
 */
export function ownPath(to: string | null | undefined, origin: string): string {
  const target = URL.parse(to || '/', origin)
  if (target?.origin !== origin) return '/'
  // Several slashes at the start of a path would name a host again once the origin is gone.
  return target.pathname.replace(/^\/+/, '/') + target.search
}
