import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TestS3 } from './s3.ts'

export interface S3Fault {
  /** Which requests; default: all. */
  when?: (request: IncomingMessage) => boolean
  /** `503`, `403`: answered so. `reset`: the connection breaks. `truncate`: the body ends early. `slow`: answered late. */
  how: '503' | '403' | 'reset' | 'truncate' | 'slow'
  /** From the k-th of them on, counted from 1; default 1. */
  from?: number
  /** How many; default: until it is mended. */
  times?: number
}

export interface S3FaultLine {
  fault: S3Fault | null
  /** How many requests were spoilt. */
  spoilt: number
  /** Of all requests, in order: method and path. */
  seen: string[]
}

/** Lets a bucket go wrong as it is told; set `fault` to null and all is well again. */
export function spoilS3(s3: TestS3): S3FaultLine {
  const line: S3FaultLine = { fault: null, spoilt: 0, seen: [] }
  let matched = 0
  let before: S3Fault | null = null
  s3.intercept = (request, response) => {
    line.seen.push(`${request.method} ${request.url?.split('?')[0]}`)
    const { fault } = line
    if (fault !== before) [matched, before] = [0, fault]
    if (!fault || !(fault.when?.(request) ?? true)) return false
    matched++
    const { from = 1, times = Number.POSITIVE_INFINITY } = fault
    if (matched < from || matched >= from + times) return false
    line.spoilt++
    return spoil(fault.how, request, response)
  }
  return line
}

function spoil(how: S3Fault['how'], request: IncomingMessage, response: ServerResponse): boolean {
  if (how === 'reset') {
    request.socket.resetAndDestroy()
    return true
  }
  if (how === 'truncate') {
    cutBody(response)
    return false
  }
  if (how === 'slow') {
    const end = response.end.bind(response) as (...words: unknown[]) => ServerResponse
    response.end = ((...words: unknown[]) => {
      setTimeout(() => end(...words), 2_000)
      return response
    }) as typeof response.end
    return false
  }
  const code = how === '503' ? 'SlowDown' : 'AccessDenied'
  request.resume()
  response.writeHead(Number(how), { 'content-type': 'application/xml' })
  response.end(request.method === 'HEAD' ? '' : `<Error><Code>${code}</Code><Message>as told</Message></Error>`)
  return true
}

/** The head says how many bytes follow; half of the first piece does, and then the line breaks. */
function cutBody(response: ServerResponse): void {
  const write = response.write.bind(response) as (piece: Buffer) => boolean
  response.write = ((piece: Buffer) => {
    write(piece.subarray(0, Math.floor(piece.length / 2)))
    setTimeout(() => response.socket?.resetAndDestroy(), 20)
    response.write = () => true
    return true
  }) as typeof response.write
}
