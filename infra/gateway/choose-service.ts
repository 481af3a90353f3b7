export type ServiceName = 'api' | 'beacon' | 'media'

/** Which service answers a path. Whoever puts a proxy of his own in front needs these three lines and no more. */
export function chooseService(path: string): ServiceName {
  if (path === '/beacon' || path.startsWith('/beacon/') || path.startsWith('/beacon?')) return 'beacon'
  if (path.startsWith('/media/')) return 'media'
  return 'api'
}
