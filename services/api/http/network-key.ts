import { addressNumber } from '../visitor/address-number.ts'

/**
 * Whose places an address takes: an IPv4 address its own; of IPv6 the /64 that every household has at the least, for
 * whoever has one can take another address for each request.
 */
export function networkKey(address = ''): string {
  const number = addressNumber(address)
  if (number === null) return ''
  return number >> 32n === ipv4Prefix ? `${number}` : `${number >> 64n}/64`
}

const ipv4Prefix = 0xffffn
