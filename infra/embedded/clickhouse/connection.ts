import type { Session } from 'chdb'
import { asFault, fault } from './fault.ts'
import { quoteName, quoteText } from './quote.ts'

/** What holds for one request only. */
export interface RequestState {
  database: string
  settings: Map<string, string>
  /** Values as HTTP carries them: in ClickHouse's escaped text form. */
  parameters: Map<string, string>
  /** Marks the running query, so that it can be found and killed. */
  mark: string
}

/** Rows and bytes as the engine counted them: read by a query, written by an insert. */
export interface Counted {
  rows: number
  bytes: number
}

/** One connection to the engine; it runs one query at a time. */
export class Connection {
  readonly #session: Session
  /** Settings that differ from ClickHouse's defaults on a fresh connection. */
  readonly #fresh: Map<string, string>
  #changed: string[] = []
  #isTraced = false

  constructor(session: Session, fresh: Map<string, string>) {
    this.#session = session
    this.#fresh = fresh
  }

  /**
   * Settings and parameters are given with SET, which means exactly what they mean over HTTP for every kind of statement;
   * a SETTINGS clause would become part of a created table or view. SET stays on the connection, hence `restore`.
   * chDB's own call with parameters is not used: the library runs such calls one after another in the whole process.
   * `SET param_x` is the engine's as well, so values are never spliced into the query, and belongs to one connection.
   */
  async prepare(state: RequestState): Promise<void> {
    const settings = new Map(state.settings)
    this.#changed = [...settings.keys()]
    settings.set('log_comment', state.mark)
    for (const [name, value] of state.parameters) settings.set(`param_${name}`, value)
    const assignments = [...settings].map(([name, value]) => `${checkedName(name)} = ${quoteText(value)}`)
    await this.run(`USE ${quoteName(state.database)}; SET ${assignments.join(', ')}`)
  }

  /**
   * The rows of an answer must go to a file: after an error chDB puts what it had formatted by then before the next
   * answer that is kept in memory. The format is for that memory; with Null some statements ignore the file.
   */
  async run(sql: string): Promise<Counted> {
    try {
      const result = await this.#session.queryAsync(sql, { format: 'TabSeparated' })
      return { rows: result.rowsRead, bytes: result.bytesRead }
    } catch (error) {
      throw asFault(error)
    }
  }

  /** Says that the statement changed the connection in a way that can't be undone here. */
  markTraced(): void {
    this.#isTraced = true
  }

  /**
   * Whether the connection is as good as new. Parameters stay; a request is refused when it lacks one of its own.
   * Runs even when nothing was set: a query that failed or was killed stays in `system.processes`, with its memory, until
   * its connection runs the next statement.
   */
  async restore(): Promise<boolean> {
    if (this.#isTraced) return false
    const assignments = ['log_comment', ...this.#changed].map((name) => `${name} = ${this.#initial(name)}`)
    this.#changed = []
    return this.run(`SET ${assignments.join(', ')}`).then(
      () => true,
      () => false,
    )
  }

  close(): void {
    this.#session.close()
  }

  #initial(name: string): string {
    const value = this.#fresh.get(name)
    return value === undefined ? 'DEFAULT' : quoteText(value)
  }
}

/** Settings that chDB or our start-up arguments changed; SET … = DEFAULT would lose them. */
export async function readFreshSettings(session: Session): Promise<Map<string, string>> {
  const sql = 'SELECT name, value FROM system.settings WHERE changed'
  const result = await session.queryAsync(sql, { format: 'JSONCompactEachRow' })
  const lines = result.text().split('\n').filter(Boolean)
  return new Map(lines.map((line) => JSON.parse(line) as [string, string]))
}

function checkedName(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw fault('UNKNOWN_SETTING', `Unknown setting '${name}'.`)
  return name
}
