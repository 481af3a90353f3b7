import { crc32, deflateSync } from 'node:zlib'

/** What an attack reaches for: files of others, each holding the canary, and a listener that nobody may call. */
export interface AttackTarget {
  /** An absolute folder with `secret.txt` and `victim` as .ts, .mp4 and .png; canary.ts lays them out. */
  folder: string
  /** Of a listener on 127.0.0.1 that counts its calls. */
  port: number
}

export interface AttackFile {
  /** The sentence of a test begins with it. */
  name: string
  bytes: Buffer<ArrayBuffer>
  /** A true picture lies beside the attack: the file may become a video, as long as nothing else gets into it. */
  isAlsoVideo?: true
}

/**
 * Files that call themselves videos and make a careless ffmpeg fetch an address or open somebody else's file. All of them
 * must end as `not_a_video`, or harmless where there is a true picture in them.
 */
export function attackFiles(target: AttackTarget): AttackFile[] {
  const web = `http://127.0.0.1:${target.port}`
  const folder = `file://${target.folder}`
  return [
    text('a playlist of a web address', hls(`${web}/a.ts`)),
    text('a playlist of a sibling', hls('victim.ts')),
    text('a playlist of a file elsewhere', hls(`${folder}/victim.ts`)),
    text('a playlist of a secret text', hls(`${folder}/secret.txt`)),
    text('a playlist that joins a secret to an address', hls(`concat:${web}/?|${folder}/secret.txt`)),
    text('a playlist of a part of a file', hls(`subfile,,start,0,end,64,,:${target.folder}/victim.ts`)),
    text('a playlist whose key lies elsewhere', hls('victim.ts', `#EXT-X-KEY:METHOD=AES-128,URI="${web}/key"`)),
    text('a playlist whose first piece lies elsewhere', hls('victim.ts', `#EXT-X-MAP:URI="${folder}/victim.mp4"`)),
    text('a list of playlists', master(`${web}/variant.m3u8`)),
    text('a concat script of a sibling', "ffconcat version 1.0\nfile 'victim.mp4'\n"),
    text('a concat script of a file elsewhere', `ffconcat version 1.0\nfile '${target.folder}/victim.mp4'\n`),
    text('a concat script of a web address', `ffconcat version 1.0\nfile '${web}/a.mp4'\n`),
    text('a manifest of a file elsewhere', dash(`${folder}/victim.mp4`)),
    text('a manifest of a web address', dash(`${web}/a.mp4`)),
    text('a manifest with an entity of a secret', entity(`${folder}/secret.txt`)),
    text('a session description', sessionDescription(target.port)),
    text('a vector image with a link to the web', svg(`${web}/x.png`)),
    text('a vector image with a link to a file', svg(`${folder}/secret.txt`)),
    text('a composition of media elsewhere', composition()),
    text('an index of subtitles beside it', '# VobSub index file, v7 (do not modify this line!)\nsize: 64x64\n'),
    { name: 'an AVI with a playlist for subtitles', bytes: avi(hls(`${web}/a.ts`), { hasPicture: false }) },
    { name: 'an AVI with a secret for subtitles', bytes: avi(hls(`${folder}/secret.txt`), { hasPicture: false }) },
    {
      name: 'an AVI with a true picture and a playlist for subtitles',
      bytes: avi(hls(`${folder}/victim.ts`, `#EXT-X-KEY:METHOD=AES-128,URI="${web}/key"`), { hasPicture: true }),
      isAlsoVideo: true,
    },
  ]
}

/** Small files that ask for a great deal of memory, and pictures that are programs: for whatever takes a picture. */
export function pictureAttacks(target: AttackTarget): AttackFile[] {
  const web = `http://127.0.0.1:${target.port}`
  return [
    { name: 'a PNG of 16,000 by 16,000', bytes: hugePng(16_000) },
    { name: 'a GIF that says it is 65,535 by 65,535', bytes: hugeGif() },
    { name: 'a BMP that says it is 40,000 by 40,000', bytes: hugeBmp(40_000) },
    text('a vector image with a link to the web', svg(`${web}/x.png`)),
    text('a vector image with a link to a file', svg(`file://${target.folder}/secret.txt`)),
    text('a vector image with a link to a picture', svg(`file://${target.folder}/victim.png`)),
    text('a vector image with a script', svg('#x').replace('<image', '<script>alert(1)</script><image')),
    text('a playlist of a file elsewhere', hls(`file://${target.folder}/victim.ts`)),
    text('a concat script of a sibling', "ffconcat version 1.0\nfile 'victim.mp4'\n"),
    text('a page', '<!doctype html><title>x</title><script>alert(1)</script>'),
  ]
}

/** Names that mean something to a shell, to ffmpeg or to a file system; as the name of an uploaded file they mean nothing. */
export const attackNames: readonly string[] = [
  '-y.mp4',
  '-i.mp4',
  '--help',
  'a%03d.mp4',
  'http:evil.mp4',
  'concat:a.mp4|b.mp4',
  'file:/etc/passwd',
  '../../outside.mp4',
  '..\\..\\outside.mp4',
  '/etc/passwd',
  '$(touch hit).mp4',
  '`touch hit`.mp4',
  "a';touch hit;'.mp4",
  'a\nb.mp4',
  '.mp4',
  `${'x'.repeat(4_000)}.mp4`,
]

function text(name: string, content: string): AttackFile {
  return { name, bytes: Buffer.from(content) }
}

export function hls(uri: string, more = ''): string {
  const head = ['#EXTM3U', '#EXT-X-TARGETDURATION:2', '#EXT-X-MEDIA-SEQUENCE:0', ...(more ? [more] : [])]
  return [...head, '#EXTINF:2,', uri, '#EXT-X-ENDLIST', ''].join('\n')
}

function master(uri: string): string {
  return `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000,RESOLUTION=320x180\n${uri}\n`
}

export function dash(uri: string): string {
  return `<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">
<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="100000" width="320" height="180">
<BaseURL>${uri}</BaseURL></Representation></AdaptationSet></Period></MPD>`
}

function entity(uri: string): string {
  return dash('&x;').replace('<MPD', `<!DOCTYPE MPD [<!ENTITY x SYSTEM "${uri}">]>\n<MPD`)
}

function sessionDescription(port: number): string {
  const lines = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=x', 'c=IN IP4 127.0.0.1', 't=0 0']
  return [...lines, `m=video ${port} RTP/AVP 96`, 'a=rtpmap:96 H264/90000', ''].join('\n')
}

export function svg(link: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64"><image xlink:href="${link}" width="64" height="64"/></svg>`
}

/** A composition playlist of cinemas (SMPTE ST 2067-3), which names an ASSETMAP.xml beside it. */
function composition(): string {
  return `<?xml version="1.0"?>
<CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:0eb3d1b9-b77b-4d3f-bbe5-7c69b15dca85</Id>
<EditRate>24 1</EditRate><SegmentList></SegmentList></CompositionPlaylist>`
}

/** An AVI whose text stream brings a "subtitle file" of its own, a GAB2 chunk; old ffmpegs opened whatever it was. */
function avi(subtitles: string, { hasPicture }: { hasPicture: boolean }): Buffer<ArrayBuffer> {
  const streams = [...(hasPicture ? [pictureStream] : []), textStream]
  const number = (index: number) => String(index).padStart(2, '0')
  const frames = hasPicture ? Array.from({ length: 24 }, (_, at) => chunk(`${number(0)}db`, rawFrame(at * 5))) : []
  const subtitle = chunk(`${number(streams.length - 1)}tx`, gab2(subtitles))
  const header = words(41_666, 1_000_000, 0, 0, 24, 0, streams.length, 0, side, side, 0, 0, 0, 0)
  const lists = [list('hdrl', chunk('avih', header), ...streams), list('movi', subtitle, ...frames)]
  return chunk('RIFF', Buffer.concat([Buffer.from('AVI '), ...lists]))
}

const side = 64

const streamHeader = (kind: string, handler: string) =>
  chunk('strh', Buffer.concat([Buffer.from(kind + handler), words(0, 0, 0, 1, 24, 0, 24, 0, -1, 0, 0, 0)]))

const pictureStream = list(
  'strl',
  streamHeader('vids', 'DIB '),
  chunk('strf', words(40, side, side, 1 | (24 << 16), 0, side * side * 3, 0, 0, 0, 0)),
)

const textStream = list('strl', streamHeader('txts', '\0\0\0\0'), chunk('strf', Buffer.alloc(0)))

function rawFrame(shade: number): Buffer<ArrayBuffer> {
  return Buffer.alloc(side * side * 3, shade)
}

function gab2(content: string): Buffer<ArrayBuffer> {
  const title = Buffer.from('x\0', 'utf16le')
  const before = Buffer.from([...Buffer.from('GAB2\0'), 2, 0])
  return Buffer.concat([
    before,
    words(title.length),
    title,
    Buffer.from([4, 0]),
    words(content.length),
    Buffer.from(content),
  ])
}

function list(kind: string, ...chunks: Buffer[]): Buffer<ArrayBuffer> {
  return chunk('LIST', Buffer.concat([Buffer.from(kind), ...chunks]))
}

function chunk(name: string, body: Buffer): Buffer<ArrayBuffer> {
  return Buffer.concat([Buffer.from(name), words(body.length), body, Buffer.alloc(body.length % 2)])
}

/** 32-bit numbers, lowest byte first. */
function words(...values: number[]): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeInt32LE(value | 0, index * 4)
  return bytes
}

function hugePng(width: number): Buffer<ArrayBuffer> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(width, 4)
  // One bit per point: a kilobyte of file in a hundred of rows.
  header.set([1, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc((width / 8 + 1) * width))
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([signature, pngChunk('IHDR', header), pngChunk('IDAT', rows), pngChunk('IEND', Buffer.alloc(0))])
}

function pngChunk(name: string, body: Buffer): Buffer<ArrayBuffer> {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const named = Buffer.concat([Buffer.from(name), body])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

function hugeGif(): Buffer<ArrayBuffer> {
  const size = Buffer.from([255, 255, 255, 255])
  const palette = Buffer.from([0, 0, 0, 255, 255, 255])
  const picture = [0x2c, 0, 0, 0, 0, ...size, 0, 2, 2, 0x44, 1, 0, 0x3b]
  return Buffer.concat([Buffer.from('GIF89a'), size, Buffer.from([0x80, 0, 0]), palette, Buffer.from(picture)])
}

function hugeBmp(width: number): Buffer<ArrayBuffer> {
  const head = Buffer.concat([Buffer.from('BM'), words(54, 0, 54)])
  return Buffer.concat([head, words(40, width, width, 1 | (24 << 16), 0, 0, 0, 0, 0, 0), Buffer.alloc(64)])
}
