import type { Request } from 'express'

/** As the visitor typed it: the site may be reached by several names, such as localhost and an address. */
export function ownOrigin(request: Request): string {
  return `${request.protocol}://${request.host}`
}
