import { setImmediate as neighbourAnswers } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { until } from '#support/until.ts'
import { Outage } from './outage.ts'

function arrange() {
  const outage = new Outage()
  const told: string[] = []
  const neighbour = { isThere: true, asked: 0 }
  const hear = (sentence: string, isSure: boolean) => {
    const answers = async () => {
      neighbour.asked++
      return neighbour.isThere
    }
    const write = (...words: [] | [object, string]) => void told.push(words[1] ?? sentence)
    outage.hear({ neighbour: 'database', isSure, answers }, { error: new Error(sentence), write, lower: () => {} })
  }
  const reaches = (...lines: string[]) =>
    until(
      async () => told,
      (now) => now.join() === lines.join(),
    )
  return { hear, told, neighbour, reaches }
}

const away = 'the database is away'
const back = 'the database is there again'

test('what may have another reason is told as it is where the neighbour answers, and as an outage where it does not', async () => {
  const { hear, told, neighbour, reaches } = arrange()
  hear('a slow question', false)
  hear('another one', false)
  expect(told).toEqual([])
  await reaches('a slow question', 'another one')
  expect(neighbour.asked).toBe(1)
  neighbour.isThere = false
  told.length = 0
  hear('no answer', false)
  hear('no answer either', false)
  await reaches(away)
  hear('a lost connection', true)
  neighbour.isThere = true
  await reaches(away, back)
})

test('what was asked before the neighbour came back is part of the outage; one that begins then is told', async () => {
  const { hear, told, neighbour, reaches } = arrange()
  hear('a lost connection', true)
  await reaches(away, back)
  hear('another one, heard late', true)
  hear('no answer to an old question', false)
  await neighbourAnswers()
  neighbour.isThere = false
  hear('a lost connection', true)
  await reaches(away, back, away)
  neighbour.isThere = true
  await reaches(away, back, away, back)
  expect(told).not.toContain('another one, heard late')
})
