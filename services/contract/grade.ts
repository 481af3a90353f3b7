/** How sure we are of the site a play happened on, best first (design: Views Details §2). */
export const grades = ['delivered', 'attested', 'reported', 'claimed', 'conflict', 'hidden'] as const
export type Grade = (typeof grades)[number]

/** Stored as a number so that ClickHouse can compare: higher is surer. `max` over the beacons of a play is its grade. */
export const gradeRank = {
  hidden: 0,
  conflict: 1,
  claimed: 2,
  reported: 3,
  attested: 4,
  delivered: 5,
} as const satisfies Record<Grade, number>

export function gradeOfRank(rank: number): Grade {
  return grades.find((grade) => gradeRank[grade] === rank) ?? 'hidden'
}
