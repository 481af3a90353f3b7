import { Client } from 'pg'
import { connectionsFor } from '../connections-for.ts'
import { type Check, expectThat, type Finding, ok, reasonOf } from './finding.ts'

/** The owner's PostgreSQL. */
export function checkPostgres(url: string, transcoders: number): Check {
  return {
    title: 'PostgreSQL',
    async look() {
      const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 })
      // A connection that is lost is told by the question that fails.
      client.on('error', () => {})
      try {
        await client.connect()
        const { rows } = await client.query<Answer>(question)
        return judge(rows[0]!, connectionsFor(transcoders))
      } catch (error) {
        const advice =
          'Nothing works without it. Look whether it runs, and whether user, password, host and database of DATABASE_URL are right.'
        return [{ mark: 'fail', name: 'connection', found: reasonOf(error), advice }]
      } finally {
        await client.end().catch(() => {})
      }
    },
  }
}

interface Answer {
  version: number
  can_make_schemas: boolean
  can_make_tables: boolean
  time_zone: string
  encoding: string
  is_copy: boolean
  connections: number
  now: Date
}

const question = `
  SELECT
    current_setting('server_version_num')::int AS version,
    has_database_privilege(current_database(), 'CREATE') AS can_make_schemas,
    has_schema_privilege('public', 'CREATE') AS can_make_tables,
    current_setting('TimeZone') AS time_zone,
    current_setting('server_encoding') AS encoding,
    pg_is_in_recovery() AS is_copy,
    current_setting('max_connections')::int AS connections,
    clock_timestamp() AS now`

function judge(answer: Answer, neededConnections: number): Finding[] {
  const major = Math.floor(answer.version / 10_000)
  const aheadS = Math.round((Date.now() - answer.now.getTime()) / 1_000)
  return [
    ok('connection', 'reached'),
    expectThat(major >= 14, 'version', String(major), 'fail', 'Our tables need PostgreSQL 14 or newer; upgrade it.'),
    expectThat(
      answer.can_make_tables && answer.can_make_schemas,
      'rights',
      answer.can_make_tables && answer.can_make_schemas ? 'can make tables' : 'can’t make tables',
      'fail',
      'The tables can’t be set up. As its superuser: GRANT CREATE ON DATABASE … TO user; GRANT CREATE ON SCHEMA public TO user;',
    ),
    expectThat(
      !answer.is_copy,
      'writing',
      answer.is_copy ? 'a read-only copy' : 'allowed',
      'fail',
      'Name the primary server in DATABASE_URL.',
    ),
    expectThat(
      answer.encoding === 'UTF8',
      'encoding',
      answer.encoding,
      'fail',
      'Titles in most languages can’t be stored. Make the database anew with ENCODING ‘UTF8’.',
    ),
    ok('time zone', `${answer.time_zone} (times are kept without regard to it)`),
    expectThat(
      answer.connections >= neededConnections,
      'connections',
      `up to ${answer.connections}`,
      'warn',
      `With these transcoders our programs may need ${neededConnections} at once; beyond what there are, pages and encoding fail for a while. Set max_connections = ${neededConnections} (more if others use this server) in postgresql.conf and restart it, or lower TRANSCODERS.`,
    ),
    expectThat(
      Math.abs(aheadS) < 60,
      'clock',
      Math.abs(aheadS) < 60 ? 'agrees with ours' : `ours is ${aheadS} s ahead`,
      'warn',
      'Jobs would be given up too early or too late. Turn on time synchronisation (NTP) on both machines.',
    ),
  ]
}
