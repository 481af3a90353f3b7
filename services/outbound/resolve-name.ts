import type { LookupAddress } from 'node:dns'
import { Resolver } from 'node:dns/promises'

/**
 * The addresses of a name, asked of the name servers by this process itself. The system's own way takes one of four
 * threads for as long as it lasts, which all reading and writing of files shares: names that answer slowly on purpose
 * would stop a whole program. Names of the hosts file are not known here. Throws ENOTFOUND, or why nobody could say.
 */
export async function resolveName(hostname: string): Promise<LookupAddress[]> {
  // RFC 6761: such names are this machine, and no name server is asked.
  if (/(^|\.)localhost\.?$/i.test(hostname)) return [{ address: '127.0.0.1', family: 4 }]
  const resolver = new Resolver({ timeout: 3_000, tries: 2 })
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const found = answers.flatMap((answer, index) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family: index === 0 ? 4 : 6 })) : [],
  )
  if (found.length > 0) return found
  const failed = answers.find((answer) => answer.status === 'rejected' && !isAbsent(answer.reason))
  throw failed
    ? (failed as PromiseRejectedResult).reason
    : Object.assign(new Error('no address'), { code: 'ENOTFOUND' })
}

function isAbsent({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOTFOUND' || code === 'ENODATA'
}
