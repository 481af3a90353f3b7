import { describe, expect, test } from 'vitest'
import { levels } from '../../sums/levels.ts'
import { chooseStretches, videosByRanges } from './choose-stretches.ts'
import { dayS, hourS } from './period.ts'
import type { DayPlan, Plan } from './plan.ts'

const mayS = Date.UTC(2026, 4, 1) / 1000
const juneS = Date.UTC(2026, 5, 1) / 1000
const always = { fromS: 0, toS: Date.UTC(2100, 0) / 1000 }
const all = ['hour', 'day', 'month'] as const

describe('what is read from where', () => {
  test('is the longest stretch that holds all there is', () => {
    const plan = planOf([mayS, 7, 5, 1, []], [mayS + dayS, 0, 6, 1, [[mayS + dayS, 4]]])
    const { closed, open } = chooseStretches(plan, all, always)
    expect(closed).toEqual([{ videoId: 'v', level: levels.month, startS: mayS, version: 7 }])
    expect(open).toEqual([])
  })

  test('is a day where the question can not use months', () => {
    const plan = planOf([mayS, 7, 5, 1, []], [mayS + dayS, 0, 6, 1, []])
    const { closed, open } = chooseStretches(plan, ['hour', 'day'], always)
    expect(closed.map(({ level, version }) => [level, version])).toEqual([
      [levels.day, 5],
      [levels.day, 6],
    ])
    expect(open).toEqual([])
  })

  test('is plays where nothing is added up, in one range over days on which nothing happened', () => {
    const plan = planOf([mayS, 0, 0, 1, []], [mayS + 9 * dayS, 0, 0, 1, []])
    const { closed, open } = chooseStretches(plan, all, always)
    expect(closed).toEqual([])
    expect(open).toEqual([{ videoId: 'v', ranges: [{ fromS: mayS, toS: mayS + 10 * dayS }] }])
  })

  test('never reads plays of an hour whose sums it reads', () => {
    const sixS = juneS + 6 * hourS
    const plan = planOf([mayS, 7, 0, 1, []], [juneS, 0, 0, 1, [[sixS, 3]]], [juneS + dayS, 0, 9, 1, []])
    const { closed, open } = chooseStretches(plan, all, always)
    expect(closed.map(({ version }) => version)).toEqual([7, 3, 9])
    const before = { fromS: juneS, toS: sixS }
    const after = { fromS: sixS + hourS, toS: juneS + dayS }
    expect(open).toEqual([{ videoId: 'v', ranges: [before, after] }])
  })

  test('keeps to the period', () => {
    const period = { fromS: mayS + hourS, toS: mayS + 3 * hourS }
    expect(chooseStretches(planOf([mayS, 0, 0, 1, []]), all, period).open).toEqual([{ videoId: 'v', ranges: [period] }])
  })

  test('leaves the shortest to the plays where there are more than a query can name', () => {
    const plan = planOf([mayS, 0, 5, 1, []], [mayS + dayS, 0, 0, 1, [[mayS + dayS, 4]]])
    const { closed, open } = chooseStretches(plan, all, always, { stretches: 1, ranges: 10 })
    expect(closed.map(({ version }) => version)).toEqual([5])
    expect(open).toEqual([{ videoId: 'v', ranges: [{ fromS: mayS + dayS, toS: mayS + 2 * dayS }] }])
  })

  test('is named in one condition for many videos that nothing is added up of, whenever they were watched', () => {
    const plan = severalVideos(1_000, (index) => [[mayS + index * dayS, 0, 0, 1, []]])
    const { open } = chooseStretches(plan, all, always)
    expect(videosByRanges(open)).toMatchObject([{ ranges: [always] }])
    expect(open).toHaveLength(1_000)
  })

  test('is plays rather than short stretches where these tear holes of many kinds', () => {
    const plan = severalVideos(30, (index) => [
      [mayS, 9, 0, 1, []],
      [juneS, 0, 0, 1, [[juneS + index * hourS, 4]]],
    ])
    const torn = chooseStretches(plan, all, always)
    expect(torn.closed.filter(({ level }) => level === levels.hour)).toHaveLength(30)
    const whole = chooseStretches(plan, all, always, { stretches: 5_000, ranges: 20 })
    expect(whole.closed.map(({ level }) => level)).toEqual(Array(30).fill(levels.month))
    expect(videosByRanges(whole.open)).toMatchObject([{ ranges: [{ fromS: juneS, toS: always.toS }] }])
  })
})

function severalVideos(count: number, daysOf: (index: number) => DayPlan[]): Plan {
  const videos = Array.from({ length: count }, (_, index) => {
    const days = daysOf(index)
    return { videoId: `v${index}`, firstS: days[0]![0], lastS: days.at(-1)![0], days }
  })
  return { videos, hasHours: true }
}

function planOf(...days: DayPlan[]): Plan {
  return { videos: [{ videoId: 'v', firstS: days[0]![0], lastS: days.at(-1)![0], days }], hasHours: true }
}
