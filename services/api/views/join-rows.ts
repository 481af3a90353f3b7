/** How rows of the same thing from several readings become one. */
export interface Joins<Row> {
  /** What tells things apart. */
  keys: readonly (keyof Row)[]
  /** Columns of which the least or the greatest counts; all others are added. */
  least?: readonly (keyof Row)[]
  greatest?: readonly (keyof Row)[]
}

/** Adds up numbers, counts by name and lists of numbers; a thing that only one reading knows is as it says. */
export function joinRows<Row extends object>(readings: readonly Row[][], { keys, least, greatest }: Joins<Row>): Row[] {
  const [only] = readings
  if (readings.length === 1) return only!
  const joined = new Map<string, Row>()
  for (const row of readings.flat()) {
    const key = JSON.stringify(keys.map((name) => row[name]))
    const known = joined.get(key)
    joined.set(key, known ? joinTwo(known, row) : row)
  }
  return [...joined.values()]

  function joinTwo(one: Row, other: Row): Row {
    const row = { ...one }
    for (const name of Object.keys(one) as (keyof Row)[]) {
      if (keys.includes(name)) continue
      const join = least?.includes(name) ? Math.min : greatest?.includes(name) ? Math.max : add
      row[name] = join(one[name] as never, other[name] as never) as never
    }
    return row
  }
}

type Addable = number | number[] | Record<string, number>

function add(one: Addable, other: Addable): Addable {
  if (typeof one === 'number') return one + (other as number)
  if (Array.isArray(one)) return one.map((value, index) => value + (other as number[])[index]!)
  const sum = { ...one }
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count
  return sum
}
