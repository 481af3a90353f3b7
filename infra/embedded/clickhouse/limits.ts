/** Queries that run at once; one engine connection runs one query at a time. */
export const connections = 8

/**
 * A running query holds a thread of libuv's pool, which also does all file work of Node:
 * one per connection, one for KILL QUERY, and some for the files that requests come and go through.
 */
export const threadsNeeded = connections + 6

/** Requests that wait for a connection; further ones are refused at once, so that an overload does not grow. */
export const waitingRequests = 100

/** SQL text without insert data. Much larger than any query of ours; ClickHouse's own parser stops at 256 KiB. */
export const statementBytes = 8 * 1024 * 1024

/** As in ClickHouse: query, settings and parameters may all stand in the URL. */
export const urlBytes = 1024 * 1024
