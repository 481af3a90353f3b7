import type { ClickHouseClient } from '@clickhouse/client'
import { ask, type Chosen, parametersOf, readQuery } from './ask-plays.ts'

/** What there is of the chosen videos in the period, and which of it is added up. */
export interface Plan {
  videos: VideoPlan[]
  /** Whether the hours of days that are added up are told too. */
  hasHours: boolean
}

export interface VideoPlan {
  videoId: string
  /** The first and the last hour in which anything happened; 0 where nothing did. */
  firstS: number
  lastS: number
  days: DayPlan[]
}

/** Versions are microseconds since 1970; 0 where a stretch is not to be used. */
export type DayPlan = [
  dayS: number,
  /** Of the month that begins on this day. */
  monthVersion: number,
  dayVersion: number,
  /** Whether anything happened on the day. */
  isTouched: number,
  hours: [startS: number, version: number][],
]

/** The plan that the question carries, where it tells enough; else it is read. */
export async function planOf(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { hasHours = false }: { hasHours?: boolean } = {},
): Promise<Plan> {
  if (chosen.plan && (chosen.plan.hasHours || !hasHours)) return chosen.plan
  const videos = await ask<VideoPlan>(clickhouse, query, { ...parametersOf(chosen), hasHours })
  return { videos, hasHours }
}

/** A question with its plan. */
export type Planned = Chosen & { plan: Plan }

/** The question with its plan, so that all its parts are answered from one reading of it. */
export async function withPlan(clickhouse: ClickHouseClient, chosen: Chosen): Promise<Planned> {
  return { ...chosen, plan: await planOf(clickhouse, chosen) }
}

const query = readQuery('plan.sql')
