import { APIError, betterAuth } from 'better-auth'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import type { Request, RequestHandler } from 'express'
import type { Catalog } from '#catalog/open-catalog.ts'
import { type Me, nameSchema, type Role } from '#contract/account.ts'
import { AppError } from '#contract/errors.ts'
import type { Logger } from '../../program/logger.ts'
import type { ApiConfig } from '../config.ts'
import { keyOfRequest } from '../keys/api-key.ts'
import { unknownKey } from '../keys/key-gate.ts'
import { findKeyOwner } from '../keys/stored-keys.ts'

export interface Accounts {
  /** Serves /api/auth/*: sign up, sign in, sign out, session. */
  handler: RequestHandler
  /** Who is signed in, or null. */
  findReader(headers: Headers | Request['headers']): Promise<Me | null>
  /** Whose API key this is, or null; key-gate.ts says where a key may ask at all. */
  findKeyOwner(key: string): Promise<Me | null>
  createUser(person: { name: string; email: string; password: string }): Promise<{ id: string }>
  /** The account of this address and password, or null. */
  checkPassword(person: { email: string; password: string }): Promise<{ id: string } | null>
}

type Settings = Pick<ApiConfig, 'PUBLIC_URL' | 'AUTH_SECRET'>

export function createAccounts(catalog: Pick<Catalog, 'database'>, config: Settings, logger: Logger): Accounts {
  const auth = betterAuth({
    appName: 'QQVideo',
    baseURL: config.PUBLIC_URL,
    basePath: '/api/auth',
    secret: config.AUTH_SECRET,
    database: { db: catalog.database, type: 'postgres' },
    emailAndPassword: { enabled: true, minPasswordLength: 8, maxPasswordLength: 256 },
    user: {
      // Nobody gives himself a role: it is not read from any request.
      additionalFields: { role: { type: 'string', input: false, defaultValue: 'member' } },
    },
    session: { expiresIn: 30 * 24 * 60 * 60, updateAge: 24 * 60 * 60, storeSessionInDatabase: true },
    // The site may be reached by several names; refuse-cross-site.ts has compared Origin and Host before we get here.
    trustedOrigins: (request) => (request ? [new URL(request.url).origin] : []),
    rateLimit: {
      enabled: true,
      window: 60,
      max: 100,
      customRules: {
        '/sign-in/email': { window: 5 * 60, max: 15 },
        '/sign-up/email': { window: 5 * 60, max: 10 },
      },
    },
    databaseHooks: {
      user: {
        create: { before: async (user) => ({ data: withName(user) }) },
        update: { before: async (user) => ({ data: user.name === undefined ? user : withName(user) }) },
      },
    },
    advanced: {
      cookiePrefix: 'qqvideo',
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
      ipAddress: { ipAddressHeaders: ['x-real-ip'] },
    },
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) => logger[level === 'error' ? 'error' : 'warn']({ message }, 'accounts'),
    },
  })
  const handle = toNodeHandler(auth)

  return {
    handler(request, response, next) {
      // Express has worked out the visitor's address and our origin from the proxies we trust; headers sent by the visitor
      // are overwritten. The last two become the origin of the request's URL.
      request.headers['x-real-ip'] = request.ip ?? ''
      request.headers['x-forwarded-proto'] = request.protocol
      request.headers.host = request.host
      handle(request, response).catch(next)
    },
    async findReader(headers) {
      const session = await auth.api.getSession({
        headers: headers instanceof Headers ? headers : fromNodeHeaders(headers),
      })
      if (!session) return null
      const { id, name, email, role } = session.user
      return { id, name, email, role: role as Role }
    },
    async findKeyOwner(key) {
      return (await findKeyOwner(catalog.database, key))?.owner ?? null
    },
    async createUser({ name, email, password }) {
      const { user } = await auth.api.signUpEmail({ body: { name, email, password } })
      return { id: user.id }
    },
    async checkPassword({ email, password }) {
      const answer = await auth.api.signInEmail({ body: { email, password } }).catch(() => null)
      return answer && { id: answer.user.id }
    },
  }
}

/** Names stand on every card and in every feed. Throws where nothing is left of one. */
function withName<User extends { name?: string }>(user: User): User {
  const name = nameSchema.safeParse(user.name)
  if (!name.success) throw new APIError('BAD_REQUEST', { message: 'Give a name of 1 to 80 characters.' })
  return { ...user, name: name.data }
}

/** The signed-in person of a request that needs one, or the owner of its API key. Throws `not_signed_in`. */
export async function requireReader(accounts: Accounts, request: Request): Promise<Me> {
  const key = keyOfRequest(request)
  if (key !== null) return (await accounts.findKeyOwner(key)) ?? refuseKey()
  const me = await accounts.findReader(request.headers)
  if (!me) throw new AppError('not_signed_in')
  return me
}

function refuseKey(): never {
  throw unknownKey()
}
