import { expect, test } from 'vitest'
import type { Notification } from '#contract/alerts.ts'
import { withNewest } from './with-newest.ts'

const aNotification = (id: string, isRead = false): Notification => ({
  id,
  kind: 'new-site',
  videoId: 'bcdfghjkmnpq',
  videoTitle: 'Kites',
  site: 'news.example',
  page: '',
  grade: 'attested',
  atMs: 0,
  isRead,
})

test('what is new stands on top, what is older stays, and nothing stands twice', () => {
  const shown = ['9', '8'].map((id) => aNotification(id))
  const read = ['10', '9'].map((id) => aNotification(id))
  expect(withNewest(shown, read).map(({ id }) => id)).toEqual(['10', '9', '8'])
})

test('what was read elsewhere is shown as read', () => {
  expect(withNewest([aNotification('9')], [aNotification('9', true)])).toEqual([aNotification('9', true)])
})
