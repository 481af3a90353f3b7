import type { Endpoint } from './views-endpoints.ts'

/** Files to keep. */
export const downloadEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/videos/{id}/download',
    tag: 'Downloads',
    summary:
      'Leads to the video as one MP4 where its owner allows that; with `download_not_ready` it is made first, with `download_impossible` none can be made. Ranges are answered',
    status: 302,
    access: 'anybody',
  },
  {
    method: 'get',
    path: '/videos/{id}/original',
    tag: 'Downloads',
    summary: 'Leads to the file as it was uploaded',
    status: 302,
    access: 'session',
  },
]
