import { isIP } from 'node:net'

/** An address as one number of 128 bits, IPv4 as IPv6 writes it (`::ffff:a.b.c.d`), so that both compare; null for other text. */
export function addressNumber(address: string): bigint | null {
  const bare = address.split('%', 1)[0]!
  if (isIP(bare) === 4) return mappedIpv4 + BigInt(ipv4Number(bare))
  return isIP(bare) === 6 ? ipv6Number(bare) : null
}

const mappedIpv4 = 0xffff_0000_0000n

function ipv4Number(address: string): number {
  return address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)
}

function ipv6Number(address: string): bigint {
  const [head, tail] = address.split('::').map(groupsOf)
  const zeros = tail ? 8 - head!.length - tail.length : 0
  const groups = [...head!, ...Array<number>(zeros).fill(0), ...(tail ?? [])]
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(group), 0n)
}

/** The last group may be written as IPv4. */
function groupsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const number = ipv4Number(group)
    return [Math.floor(number / 65_536), number % 65_536]
  })
}
