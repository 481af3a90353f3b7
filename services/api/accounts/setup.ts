import { timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import { nameSchema } from '#contract/account.ts'
import { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import type { Accounts } from './accounts.ts'

export const setupSchema = z.object({
  code: z.string().max(200),
  name: nameSchema,
  email: z.email().max(200),
  password: z.string().min(8).max(256),
})

/**
 * Makes the first admin with the one-time code that the start printed.
 * Throws `setup_code_used` once there is an admin, and `forbidden` for a wrong code.
 */
export async function makeFirstAdmin(context: Context, request: z.infer<typeof setupSchema>): Promise<void> {
  const { config, catalog, accounts } = context
  if (!config.SETUP_CODE || !isSame(request.code, config.SETUP_CODE))
    throw new AppError('forbidden', 'This set-up link is not the one that the start printed; copy it again.')
  if (await hasAdmin(context)) throw new AppError('setup_code_used')
  const id = await accountOf(accounts, request)
  // Two people with the link at the same moment: only one becomes admin.
  const result = await catalog.database.transaction().execute(async (transaction) => {
    await sql`SELECT pg_advisory_xact_lock(hashtext('first admin'))`.execute(transaction)
    return transaction
      .updateTable('user')
      .set({ role: 'admin' })
      .where('id', '=', id)
      .where(({ not, exists, selectFrom }) => not(exists(selectFrom('user').select('id').where('role', '=', 'admin'))))
      .executeTakeFirst()
  })
  if (result.numUpdatedRows === 0n) throw new AppError('setup_code_used')
}

/** Who signed up before opening the link shows by the password that the account is theirs. Throws `conflict`. */
async function accountOf(accounts: Accounts, person: z.infer<typeof setupSchema>): Promise<string> {
  try {
    return (await accounts.createUser(person)).id
  } catch (cause) {
    const known = await accounts.checkPassword(person)
    if (known) return known.id
    throw new AppError('conflict', 'There is an account with this address; give its password, or another address.', {
      cause,
    })
  }
}

export async function hasAdmin({ catalog }: Pick<Context, 'catalog'>): Promise<boolean> {
  const admin = await catalog.database.selectFrom('user').select('id').where('role', '=', 'admin').executeTakeFirst()
  return admin !== undefined
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
