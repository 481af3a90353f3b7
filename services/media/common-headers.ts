/** Of every answer: any page may read it, none may take it for something else, and no credentials are involved. */
export const commonHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Accept-Ranges, Content-Length, Content-Range, ETag',
  'cross-origin-resource-policy': 'cross-origin',
  'timing-allow-origin': '*',
  'x-content-type-options': 'nosniff',
}

export const preflightHeaders = {
  ...commonHeaders,
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': 'Range, If-Range, If-None-Match',
  // Browsers cap it at two hours or a day by themselves.
  'access-control-max-age': '86400',
}
