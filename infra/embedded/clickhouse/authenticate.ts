import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { fault } from './fault.ts'
import { clickhouseUser } from './names.ts'

/** Throws AUTHENTICATION_FAILED unless the request carries the user and password in one of ClickHouse's three ways. */
export function authenticate(request: IncomingMessage, password: string | undefined): void {
  if (password === undefined) return
  const given = credentials(request)
  if (isSame(given.user, clickhouseUser) && isSame(given.password, password)) return
  throw fault(
    'AUTHENTICATION_FAILED',
    'Authentication failed: password is incorrect, or there is no user with such name.',
  )
}

function credentials(request: IncomingMessage): { user: string; password: string } {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic) {
    const [user = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':')
    return { user, password: rest.join(':') }
  }
  const fields = new URL(request.url!, 'http://local').searchParams
  return {
    user: String(request.headers['x-clickhouse-user'] ?? fields.get('user') ?? ''),
    password: String(request.headers['x-clickhouse-key'] ?? fields.get('password') ?? ''),
  }
}

/** In constant time, also for texts of different length. */
function isSame(left: string, right: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(left), hash(right))
}
