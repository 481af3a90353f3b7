import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type CountryResponse, Reader, type Response } from 'mmdb-lib'
import { parseNetworks } from './network-set.ts'

/** ISO 3166 code of the country that an address is registered in, or '' for private addresses and those nobody knows. */
export function countryOf(address: string): string {
  // The tables give even private addresses to the registry's own country.
  if (privateNetworks.has(address)) return ''
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').split('%', 1)[0]!
  try {
    countries ??= new Reader<Response>(readFileSync(databasePath()))
    const found = countries.get(bare) as (CountryResponse & { country_code?: string }) | null
    return found?.country_code?.slice(0, 2) ?? ''
  } catch {
    // Text that is no address, or tables that are not installed: a play without a country counts all the same.
    return ''
  }
}

// About 8 MB from the first play on; a lookup takes some 5 µs.
let countries: Reader<Response> | undefined

/** Delegations of the registries and routes as announced, put together by ip-location-db; CC0. */
function databasePath(): string {
  return createRequire(import.meta.url).resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb')
}

/** RFC 6890 and RFC 5737: of one network only, of the link, of this machine, of documentation, of everybody at once. */
const privateNetworks = parseNetworks(`
  0.0.0.0/8
  10.0.0.0/8
  100.64.0.0/10
  127.0.0.0/8
  169.254.0.0/16
  172.16.0.0/12
  192.0.0.0/24
  192.0.2.0/24
  192.168.0.0/16
  198.18.0.0/15
  198.51.100.0/24
  203.0.113.0/24
  224.0.0.0/3
  ::/127
  100::/64
  2001:db8::/32
  fc00::/7
  fe80::/10
  ff00::/8
`)
