import type { Session } from 'chdb'
import { quoteText } from './quote.ts'

/** Ends running queries by their mark, over a connection that runs nothing else, since all others may be busy. */
export function createKiller(session: Session): (mark: string) => Promise<unknown> {
  let last: Promise<unknown> = Promise.resolve()
  return (mark) => {
    const sql = `KILL QUERY WHERE Settings['log_comment'] = ${quoteText(mark)} FORMAT Null`
    last = last.then(() => session.queryAsync(sql, { format: 'Null' })).catch(() => {})
    return last
  }
}
