import type { VideoImport } from '#contract/imports.ts'
import type { ImportWithVideo } from './stored-imports.ts'

export function presentImport(row: ImportWithVideo): VideoImport {
  const receivedBytes = Number(row.received_bytes)
  const totalBytes = row.total_bytes === null ? null : Number(row.total_bytes)
  const bytesPerSecond = Number(row.bytes_per_second)
  const isMoving = row.state === 'fetching' && totalBytes !== null && bytesPerSecond > 0
  return {
    videoId: row.video_id,
    title: row.title,
    host: row.host,
    state: row.state,
    receivedBytes,
    totalBytes,
    bytesPerSecond,
    secondsLeft: isMoving ? Math.ceil((totalBytes - receivedBytes) / bytesPerSecond) : null,
    failure: row.failure_code ? { code: row.failure_code, message: row.failure_message ?? row.failure_code } : null,
    createdAt: row.created_at.toISOString(),
  }
}
