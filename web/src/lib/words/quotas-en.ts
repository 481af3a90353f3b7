import { many } from './many.ts'

/** The page of what people may keep, for admins. */
export const enQuotas = {
  title: 'Space of everybody',
  intro:
    'How much each person keeps of what was uploaded, who keeps most first. Numbers of one’s own go before those that are configured for all.',
  usedOfAll: (used: string) => `${used} used, without limit`,
  videos: (count: number, _text: string) => many(count, 'video'),
  own: 'own limits',
  change: 'Change',
  changeOf: (name: string) => `Change the limits of ${name}`,
  gigabytes: 'Space in GB',
  mostVideos: 'Videos',
  empty: 'Empty: as for all.',
  noNumber: 'Write a number such as 5 or 0.5, and whole numbers for videos; or leave it empty.',
  search: 'Name or e-mail',
  find: 'Search',
  nobody: 'Nobody’s name or e-mail has that in it.',
  first: 'First page',
  next: 'Next page',
  pages: 'Pages',
}
