import { readdir, readFile, rm, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'

/**
 * The multipart calls that s3rver lacks and real stores have: ListParts, AbortMultipartUpload, ListMultipartUploads,
 * answered from its files (`bucket/._S3rver_uploads/<upload id>/{key,1,1.md5,…}`), and NoSuchUpload for a part or a
 * completion of an upload that is not there (s3rver would make up a new one). Resolves with whether it answered.
 */
export async function answerMultipart(folder: string, request: IncomingMessage, response: ServerResponse) {
  const { pathname, searchParams } = new URL(request.url!, 'http://s3')
  const bucket = pathname.split('/')[1]!
  const uploads = join(folder, bucket, '._S3rver_uploads')
  const uploadId = searchParams.get('uploadId')
  if (request.method === 'GET' && searchParams.has('uploads')) {
    return send(response, 200, await uploadList(uploads, searchParams.get('prefix') ?? ''))
  }
  if (!uploadId) return false
  const upload = join(uploads, uploadId)
  if (!(await exists(upload))) return noSuchUpload(request, response)
  if (request.method === 'GET') {
    const parts = await partList(upload).catch(nullWhereGone)
    return parts === null ? noSuchUpload(request, response) : send(response, 200, parts)
  }
  if (request.method !== 'DELETE') return false
  await rm(upload, { recursive: true, force: true })
  return send(response, 204, '')
}

function noSuchUpload(request: IncomingMessage, response: ServerResponse): boolean {
  request.resume()
  return send(response, 404, '<Error><Code>NoSuchUpload</Code><Message>No such upload.</Message></Error>')
}

/** An upload may be aborted or completed while its files are read here, as in any store. */
function nullWhereGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

async function uploadList(uploads: string, prefix: string): Promise<string> {
  const ids = await readdir(uploads).catch(() => [])
  const all = await Promise.all(ids.map((id) => readUpload(uploads, id).catch(nullWhereGone)))
  const shown = all.filter((upload) => upload !== null).filter(({ key }) => key.startsWith(prefix))
  const items = shown.map(
    ({ id, key, begun }) =>
      `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${begun}</Initiated></Upload>`,
  )
  return `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${items.join('')}</ListMultipartUploadsResult>`
}

async function readUpload(uploads: string, id: string): Promise<{ id: string; key: string; begun: string }> {
  const file = join(uploads, id, 'key')
  const [key, { mtime }] = await Promise.all([readFile(file, 'utf8'), stat(file)])
  return { id, key, begun: mtime.toISOString() }
}

async function partList(upload: string): Promise<string> {
  const numbers = (await readdir(upload)).filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b))
  const items = await Promise.all(numbers.map((number) => partItem(upload, number)))
  return `<ListPartsResult><IsTruncated>false</IsTruncated>${items.join('')}</ListPartsResult>`
}

async function partItem(upload: string, number: string): Promise<string> {
  const { size } = await stat(join(upload, number))
  // Written last: without it the part is on its way.
  const md5 = await readFile(join(upload, `${number}.md5`), 'utf8').catch(() => null)
  if (md5 === null) return ''
  return `<Part><PartNumber>${number}</PartNumber><ETag>"${md5}"</ETag><Size>${size}</Size></Part>`
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function send(response: ServerResponse, status: number, xml: string): boolean {
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(xml) }).end(xml)
  return true
}
