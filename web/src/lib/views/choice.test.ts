import { expect, test } from 'vitest'
import { apiQuery, type Choice, isOneDay, pageQuery, previousQuery, readChoice } from './choice.ts'

const nowMs = Date.parse('2026-05-10T12:34:56Z')

function read(text: string): Choice {
  return readChoice(new URLSearchParams(text))
}

/** From and to, to the minute. */
function timesOf(query: URLSearchParams | null): (string | null)[] {
  return ['fromMs', 'toMs'].map((name) => {
    const atMs = query?.get(name)
    return atMs ? new Date(Number(atMs)).toISOString().replace(':00.000Z', 'Z') : null
  })
}

test('without a choice, or with one that does not exist, everything is shown', () => {
  for (const text of ['', 'period=century', 'from=2026-02-31', 'by=mood']) {
    expect(apiQuery(read(text), nowMs).toString()).toBe('')
    expect(read(text).by).toBeNull()
  }
})

test('a filter that the API would refuse is left out, and the others stay', () => {
  const choice = read(`site=${'a'.repeat(400)}&country=Germany&grade=perfect&device=mobile`)
  expect(choice.filters).toEqual({ device: 'mobile' })
})

test('24 hours begin at a full hour, so that asking again a moment later asks the same', () => {
  const day = read('period=day')
  expect(apiQuery(day, nowMs).get('fromMs')).toBe(String(Date.parse('2026-05-09T13:00:00Z')))
  expect(apiQuery(day, nowMs + 60_000).toString()).toBe(apiQuery(day, nowMs).toString())
})

test('so many days are today and the whole days before', () => {
  expect(timesOf(apiQuery(read('period=week'), nowMs))).toEqual(['2026-05-04T00:00Z', null])
  expect(timesOf(apiQuery(read('period=month'), nowMs))).toEqual(['2026-04-11T00:00Z', null])
})

test('own days reach from the beginning of the first to the end of the last, whichever was named first', () => {
  for (const text of ['from=2026-05-01&to=2026-05-03', 'from=2026-05-03&to=2026-05-01'])
    expect(timesOf(apiQuery(read(text), nowMs))).toEqual(['2026-05-01T00:00Z', '2026-05-04T00:00Z'])
})

test('whole days are compared with as many whole days before them', () => {
  const before = previousQuery(read('from=2026-05-04&to=2026-05-05&site=a.example'), nowMs)
  expect(timesOf(before)).toEqual(['2026-05-02T00:00Z', '2026-05-04T00:00Z'])
  expect(before?.get('site')).toBe('a.example')
  expect(previousQuery(read('site=a.example'), nowMs)).toBeNull()
})

test.each([
  ['a week that is not over', 'period=week', '2026-04-27T00:00Z', '2026-05-03T13:00Z'],
  ['24 hours', 'period=day', '2026-05-08T13:00Z', '2026-05-09T13:00Z'],
  ['today', 'from=2026-05-10&to=2026-05-10', '2026-05-09T00:00Z', '2026-05-09T13:00Z'],
  ['two own days of which one is not over', 'from=2026-05-09&to=2026-05-10', '2026-05-07T00:00Z', '2026-05-08T13:00Z'],
])('what is compared with %s is as many days earlier, up to the same hour', (_, query, from, to) => {
  expect(timesOf(previousQuery(read(query), nowMs))).toEqual([from, to])
})

test('days that have not begun are compared with nothing', () => {
  expect(previousQuery(read('from=2026-06-09&to=2026-06-10'), nowMs)).toBeNull()
})

test('at midnight a week begins that is compared with a week', () => {
  const before = previousQuery(read('period=week'), Date.parse('2026-05-10T00:00:00Z'))
  expect(timesOf(before)).toEqual(['2026-04-27T00:00Z', '2026-05-03T01:00Z'])
})

test('one day is one of the calendar (UTC), which 24 hours are only before midnight', () => {
  expect(isOneDay(read('from=2026-05-10&to=2026-05-10'), nowMs)).toBe(true)
  expect(isOneDay(read('from=2026-05-09&to=2026-05-10'), nowMs)).toBe(false)
  expect(isOneDay(read('period=day'), nowMs)).toBe(false)
  expect(isOneDay(read('period=day'), Date.parse('2026-05-10T23:30:00Z'))).toBe(true)
  expect(isOneDay(read(''), nowMs)).toBe(false)
})

test('every choice survives the way through the address', () => {
  const text =
    '?period=week&site=%E4%B8%AD%E5%9B%BD.example&page=https%3A%2F%2Fa.example%2F%26&country=&grade=attested&counting=raw&by=key'
  expect(pageQuery(read(text))).toBe(text)
  expect(apiQuery(read(text), nowMs).get('country')).toBe('')
})

test('one value is put in or taken out without touching the others', () => {
  const choice = read('period=week&site=a.example&counting=raw')
  expect(pageQuery(choice, { filters: { country: 'DE' } })).toBe('?period=week&site=a.example&country=DE&counting=raw')
  expect(pageQuery(choice, { filters: { site: null } })).toBe('?period=week&counting=raw')
  expect(pageQuery(choice, { period: 'all', isRaw: false })).toBe('?site=a.example')
})
