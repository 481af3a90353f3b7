import type { QueueLimits } from '../http/queued-places.ts'

// A page asks some ten things as it opens, and people open several; what waits longer than this, somebody gave up on.
// The page of the API's documentation tells these numbers.
const queue = { waitingPerKey: 30, waitingInAll: 200, patienceMs: 8_000 }

/** Of each person, and of all people. */
export const personPlaces: QueueLimits = { perKey: 6, inAll: 24, ...queue }

/** Of each share link, and of all: whoever has one can hand it to a script, so that owners keep most of ClickHouse. */
export const linkPlaces: QueueLimits = { perKey: 4, inAll: 8, ...queue }
