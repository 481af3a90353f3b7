// Apart from the tokens' schemas: pages that only tell these numbers need no schema library.

/** A player may stay open this long; after that its page must be loaded again. */
export const playTokenLifetimeMs = 12 * 60 * 60 * 1000

/** Pictures in lists and feeds are looked at later than videos. */
export const pictureLifetimeMs = 3 * 24 * 60 * 60 * 1000
