import { readFileSync } from 'node:fs'
import { StartError } from '../../program/read-config.ts'
import { type NetworkSet, parseNetworks } from './network-set.ts'

/** Networks of data centres: those we know, or those in a file of the site's owner. Throws a StartError. */
export function hostingNetworks(file?: string): NetworkSet {
  try {
    return parseNetworks(readFileSync(file ?? new URL('./hosting-networks.txt', import.meta.url), 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`HOSTING_NETWORKS_FILE can't be used: ${reason}`, { cause })
  }
}
