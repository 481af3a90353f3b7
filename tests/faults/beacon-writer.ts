import { newPlayId } from '#contract/ids.ts'
import type { PlayToken } from '#contract/play-token.ts'
import { firstParts, playState, playToken, testKey } from '#support/plays.ts'
import { browser } from '#support/store-plays.ts'
import { signPlayToken } from '../../services/tokens/signed-token.ts'

/** One player that watches a minute, second by second: its beacons, and what of them was sent and what acknowledged. */
export interface Watcher {
  token: PlayToken
  signed: string
  /** Seconds of the last beacon that was sent, and of the last that was answered with 204; 0 where none was. */
  sentS: number
  acknowledgedS: number
}

export function newWatcher(videoId: string): Watcher {
  const token = playToken({ videoId, playId: newPlayId() })
  return { token, signed: signPlayToken(testKey, token), sentS: 0, acknowledgedS: 0 }
}

/** The watcher's next beacon; resolves with the status, 0 where the connection broke. */
export async function sendNext(watcher: Watcher, port: number | undefined): Promise<number> {
  const seconds = ++watcher.sentS
  const status = await post(watcher, seconds, port)
  if (status === 204) watcher.acknowledgedS = seconds
  return status
}

/** Its last beacon once more, as a player or a network may do. */
export async function repeatLast(watcher: Watcher, port: number | undefined): Promise<void> {
  await post(watcher, watcher.sentS, port)
}

async function post(watcher: Watcher, seconds: number, port: number | undefined): Promise<number> {
  const watchedMs = seconds * 1000
  const covered = firstParts(Math.min(100, Math.floor((seconds / 60) * 100)))
  const state = playState({ started: 'person', watchedMs, positionMs: watchedMs, covered, startupMs: 200 })
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/beacon`, {
      method: 'POST',
      headers: { 'User-Agent': browser },
      body: JSON.stringify({ token: watcher.signed, seq: seconds, state }),
    })
    return answer.status
  } catch {
    return 0
  }
}
