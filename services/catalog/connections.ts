/** Of one program to PostgreSQL: what it asks, the queue's own questions, and the queue's ear for what is new. */
export const connections = { pool: 8, queue: 3, listener: 1 } as const

/** What one program that opens the catalog may hold at once. */
export const connectionsOfProgram = connections.pool + connections.queue + connections.listener

/** Of every connection: one whose other end is half open, or gone without a word, must not hold a request or the queue for ever. */
export const patience = { connectionTimeoutMillis: 5_000, query_timeout: 15_000, keepAlive: true } as const

/**
 * Somebody waits for the answer. The server gives up a little before we take the line for dead; with the connection that is
 * tried next, a request hears within 15 seconds that the database is away.
 */
export const patienceOfQuestions = { statement_timeout: 8_000, query_timeout: 9_000 } as const
