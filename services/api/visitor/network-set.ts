import { addressNumber } from './address-number.ts'

export interface NetworkSet {
  has(address: string): boolean
}

/**
 * Networks written as `10.0.0.0/8`, one in a line; `#` begins a comment. Tens of thousands cost a few megabytes and a
 * binary search. Throws an Error that names the line which is no network.
 */
export function parseNetworks(text: string): NetworkSet {
  const ranges = text.split('\n').flatMap((line, index) => rangeOf(line.replace(/#.*/, '').trim(), index + 1))
  const merged = mergeRanges(ranges)
  return {
    has(address) {
      const number = addressNumber(address)
      return number !== null && isWithin(merged, number)
    },
  }
}

interface Range {
  first: bigint
  last: bigint
}

function rangeOf(line: string, lineNumber: number): Range[] {
  if (line === '') return []
  const [address = '', length = address.includes(':') ? '128' : '32'] = line.split('/')
  const number = addressNumber(address)
  const bits = Number(length) + (address.includes(':') ? 0 : 96)
  if (number === null || !/^\d+$/.test(length) || bits > 128) {
    throw new Error(`Line ${lineNumber} is no network: ${line.slice(0, 60)}`)
  }
  const size = 1n << BigInt(128 - bits)
  const first = number - (number % size)
  return [{ first, last: first + size - 1n }]
}

/** Sorted, without overlaps: of an address only the last range that begins before it needs a look. */
function mergeRanges(ranges: Range[]): Range[] {
  const merged: Range[] = []
  for (const range of ranges.sort((one, other) => (one.first < other.first ? -1 : one.first > other.first ? 1 : 0))) {
    const previous = merged.at(-1)
    if (previous && range.first <= previous.last + 1n) {
      if (range.last > previous.last) previous.last = range.last
    } else merged.push({ ...range })
  }
  return merged
}

function isWithin(ranges: readonly Range[], number: bigint): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[middle]!.first <= number) low = middle + 1
    else high = middle
  }
  return low > 0 && number <= ranges[low - 1]!.last
}
