/** Players that began with an older version may still be at it; nobody watches for longer than this without a reload. */
export const sweepAfterSeconds = 12 * 60 * 60

/** A worker that is busy with what was given up needs this long at most to notice; what it still writes is taken by a second look. */
export const stragglerSeconds = 15 * 60

/** No attempt takes longer, so what is still there and not shown by then was left by a worker that never came back. */
export const sweepAttemptAfterSeconds = 48 * 60 * 60
