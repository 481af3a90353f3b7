/** Players that began with an older version may still be at it; nobody watches for longer than this without a reload. */
export const sweepAfterSeconds = 12 * 60 * 60

/** A worker that is busy with what was given up needs this long at most to notice; what it still writes is taken by a second look. */
export const stragglerSeconds = 15 * 60

/** Most attempts are over by then, and what is not shown was left by a worker that never came back; one under way is looked at again as long after. */
export const sweepAttemptAfterSeconds = 48 * 60 * 60
