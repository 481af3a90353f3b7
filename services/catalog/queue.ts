import { CompiledQuery, type Transaction } from 'kysely'
import type { PgBoss, QueueOptions } from 'pg-boss'
import type { Database } from './schema.ts'

/** A queue that a former version made is given what this one wants. */
export async function ensureQueue(
  boss: PgBoss,
  name: string,
  options: QueueOptions & { notify?: boolean },
): Promise<void> {
  await boss.createQueue(name, options)
  await boss.updateQueue(name, options)
}

/** For what is to be stored together with what a transaction writes, or not at all. */
export function inTransaction(transaction: Transaction<Database>) {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      const { rows } = await transaction.executeQuery(CompiledQuery.raw(text, values))
      return { rows: rows as Record<string, unknown>[] }
    },
  }
}
