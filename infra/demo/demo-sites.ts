import type { Grade } from '../../services/contract/grade.ts'

export interface DemoSite {
  site: string
  pages: string[]
  /** Day of the month on which it picked the video up, and its share of all plays. */
  day: number
  weight: number
  grade: Grade
  /** How much of the video people there watch, 0 to 1, and how many of those who see it press play. */
  patience: number
  appetite: number
  /** Countries with their shares, the first ones likeliest; without any, the whole world's. */
  countries?: string[]
  /** What its embed code keeps the player from doing. */
  trouble?: 'noFullscreen' | 'noAutoplay' | 'sandboxed' | 'tiny' | 'slow' | 'errors'
  /** The owner's word in the embed's address. */
  embedKey?: string
  /** Of our own page: who sends the visitors. */
  referrers?: string[]
}

export const demoSites: DemoSite[] = [
  {
    site: '(this site)',
    pages: [''],
    day: 0,
    weight: 9,
    grade: 'attested',
    patience: 0.72,
    appetite: 0.95,
    referrers: ['', 'mathforum.example', 'search.example', 'bird.example'],
  },
  {
    site: 'patternlab.example',
    pages: ['/articles/infinity', '/'],
    day: 1,
    weight: 16,
    grade: 'attested',
    patience: 0.82,
    appetite: 0.7,
    countries: ['DE', 'AT', 'CH', 'US'],
  },
  {
    site: 'mathforum.example',
    pages: ['/t/1887', '/t/1890', '/t/2044'],
    day: 2,
    weight: 13,
    grade: 'attested',
    patience: 0.64,
    appetite: 0.55,
    trouble: 'noFullscreen',
  },
  {
    site: 'morning-paper.example',
    pages: ['/culture/pretty-numbers'],
    day: 5,
    weight: 24,
    grade: 'reported',
    patience: 0.34,
    appetite: 0.21,
    countries: ['US', 'GB', 'CA'],
    trouble: 'noAutoplay',
  },
  {
    site: 'classroom.example',
    pages: ['/year-9/lesson-12'],
    day: 6,
    weight: 7,
    grade: 'attested',
    patience: 0.93,
    appetite: 0.9,
    countries: ['FI', 'SE', 'FI'],
    embedKey: 'lesson',
  },
  { site: 'lea.github.io', pages: ['/fractals'], day: 8, weight: 4, grade: 'attested', patience: 0.58, appetite: 0.6 },
  {
    site: 'designweekly.example',
    pages: ['/issue/214'],
    day: 10,
    weight: 10,
    grade: 'attested',
    patience: 0.47,
    appetite: 0.4,
    embedKey: 'newsletter',
    trouble: 'slow',
  },
  {
    site: '企鹅视频.example',
    pages: ['/推荐'],
    day: 12,
    weight: 6,
    grade: 'attested',
    patience: 0.6,
    appetite: 0.5,
    countries: ['CN', 'SG', 'CN', 'MY'],
  },
  {
    site: 'quietreader.example',
    pages: [''],
    day: 14,
    weight: 3,
    grade: 'claimed',
    patience: 0.4,
    appetite: 0.3,
    trouble: 'errors',
  },
  {
    site: 'screensavers.example',
    pages: ['/top', '/new'],
    day: 17,
    weight: 5,
    grade: 'attested',
    patience: 0.22,
    appetite: 0.8,
    trouble: 'tiny',
  },
  {
    site: 'mirror-of-mirrors.example',
    pages: ['/x'],
    day: 20,
    weight: 2,
    grade: 'conflict',
    patience: 0.12,
    appetite: 0.5,
    trouble: 'sandboxed',
  },
  { site: '(hidden)', pages: [''], day: 3, weight: 3, grade: 'hidden', patience: 0.5, appetite: 0.4 },
]
