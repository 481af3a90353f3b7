import type { AppError } from '#contract/errors.ts'
import { checkUrl, type OutboundRules } from '../../outbound/check-url.ts'
import { importFault } from './import-faults.ts'

/** What can be refused of an address at once, before anything is stored. Throws what `importFault` calls it. */
export function checkAddress(text: string, rules: OutboundRules): URL {
  try {
    const url = checkUrl(text, rules)
    // Never sent, and shown to nobody.
    url.hash = ''
    return url
  } catch (error) {
    throw importFault(error) as AppError
  }
}
