import type { Page } from '#contract/video.ts'
import type { VPub } from '#contract/vpub.ts'
import { read } from '#web/api/read.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch }) => ({ rooms: await read<Page<VPub>>(fetch, '/api/vpubs') })
