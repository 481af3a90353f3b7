import { crc32 } from 'node:zlib'
import { gradeRank } from '#contract/grade.ts'
import { definitionVersion, isEngaged, isFinish, isView } from '#contract/play-state.ts'
import type { PlayToken } from '#contract/play-token.ts'
import type { Arrival } from './enrich/arrival.ts'

/** Counts up whenever the columns below change; a segment's name says which version its rows have. */
export const rowVersion = 2

type Columns = [string, ...string[]]

const version1: Columns = [
  'video_id',
  ...['hour', 'site', 'play_id', 'judgement', 'top_site', 'page', 'embed_key', 'opened_at', 'viewer', 'duration_ms'],
  ...['definition_version', 'marks', 'visible', 'started', 'autoplay', 'viewed', 'engaged', 'finished', 'watched_ms'],
  ...['hidden_ms', 'covered_low', 'covered_high', 'repeats', 'position_ms', 'startup_ms', 'stalls', 'stall_ms'],
  ...['errors', 'quality', 'player_width', 'player_height', 'fullscreen_blocked', 'autoplay_blocked', 'sandboxed'],
  'last_word',
]

const version2: Columns = [
  'video_id',
  ...version1.slice(1, 12),
  ...['country', 'device', 'language', 'referrer'],
  ...version1.slice(12),
  ...['repeated_low', 'repeated_high', 'delivered_low', 'delivered_high'],
]

/** The columns of every version that may still wait in a spool; a version is never edited, only added. */
export const rowColumns: Record<number, Columns> = { 1: version1, 2: version2 }

/** The first columns of a row, which are the same for all beacons of a token. Tab-separated, as ClickHouse reads it. */
export function tokenColumns(token: PlayToken): string {
  const openedAtSeconds = Math.floor(token.issuedAtMs / 1000)
  return [
    token.videoId,
    openedAtSeconds - (openedAtSeconds % 3600),
    escaped(token.site),
    fromHex(token.playId),
    judgementNumber(token),
    escaped(token.topSite),
    escaped(token.page),
    escaped(token.embedKey),
    (token.issuedAtMs / 1000).toFixed(3),
    token.viewer ? fromHex(token.viewer) : 0,
    Math.min(token.durationMs, 0xffff_ffff),
    definitionVersion,
    escaped(token.country ?? ''),
    token.device ?? '',
    escaped(token.language ?? ''),
    escaped(token.referrer ?? ''),
  ].join('\t')
}

/** One line of tab-separated values in the order of `rowColumns[rowVersion]`. */
export function playRow(tokenPart: string, arrival: Arrival): string {
  const { token, state, marks } = arrival
  const { durationMs } = token
  // A template is several times faster than an array that is joined, and this runs for every beacon.
  return (
    `${tokenPart}\t${marks}\t${bit(state.visible)}\t${bit(state.started !== 'no')}\t${bit(state.started === 'autoplay')}` +
    `\t${bit(isView(state, durationMs))}\t${bit(isEngaged(state, durationMs))}\t${bit(isFinish(state, durationMs))}` +
    `\t${state.watchedMs}\t${state.hiddenMs}\t${lowHalf(state.covered)}\t${highHalf(state.covered)}` +
    `\t${state.repeats}\t${state.positionMs}\t${state.startupMs}\t${state.stalls}\t${state.stallMs}\t${state.errors}` +
    `\t${state.quality}\t${state.playerWidth}\t${state.playerHeight}\t${bit(state.fullscreenBlocked)}` +
    `\t${bit(state.autoplayBlocked)}\t${bit(state.sandboxed)}\t${lastWord(arrival)}` +
    `\t${state.repeated ? `${lowHalf(state.repeated)}\t${highHalf(state.repeated)}` : '0\t0'}\t0\t0\n`
  )
}

/** Told in the migration of `play`: judged 1 bit, grade 3 bits, hash of the site 32 bits. */
function judgementNumber(token: PlayToken): bigint {
  const rank = (token.isOpened ? 8 : 0) + gradeRank[token.grade]
  return (BigInt(rank) << 32n) | BigInt(crc32(token.site))
}

/** Told in the migration of `play`: number of the beacon 20 bits, 2^42-1 minus the time 42 bits, playing 1 bit. */
function lastWord({ seq, receivedAtMs, state }: Arrival): bigint {
  const isPlaying = state.playing ?? state.started !== 'no'
  return (BigInt(seq) << 43n) | (BigInt(latestMs - receivedAtMs) << 1n) | (isPlaying ? 1n : 0n)
}

const latestMs = 2 ** 42 - 1

function bit(value: boolean): 0 | 1 {
  return value ? 1 : 0
}

/** Parts 0 to 63 of a bitmap of 100 parts in 25 hex digits. */
function lowHalf(bitmap: string): string {
  return fromHex(bitmap.slice(9))
}

function highHalf(bitmap: string): string {
  return fromHex(bitmap.slice(0, 9))
}

function fromHex(digits: string): string {
  return BigInt(`0x${digits}`).toString()
}

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r\0]/g, (character) => escapes[character]!)
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' }
