import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../../program/read-config.ts'

/** One built file, kept in memory: the whole player is smaller than one picture. */
export interface PlayerFile {
  type: string
  etag: string
  /** The bytes as they are, and as the build compressed them. */
  bytes: Record<'identity' | 'gzip' | 'br', Buffer>
}

export interface PlayerAssets {
  /** Inlined into every embed document. */
  style: string
  script: string
  /** Files under `/player/`, by name; their names carry a hash of their content. */
  files: Map<string, PlayerFile>
  /** Served as `/embed.js`. */
  embedScript: PlayerFile
}

/** Reads what `vite build -c web/player/vite.config.ts` made. Throws a StartError where it has not been built. */
export function loadPlayerAssets(folder: string): PlayerAssets {
  if (!existsSync(join(folder, 'manifest.json')))
    throw new StartError(`The player has not been built (no manifest.json in ${folder}); run its build first.`)
  const manifest: Record<string, { file: string }> = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  const names = readdirSync(folder).filter((name) => name.endsWith('.js') && name !== 'embed.js')
  return {
    style: readInline(join(folder, manifest['stage.css']!.file)),
    script: readInline(join(folder, manifest['boot.ts']!.file)),
    files: new Map(names.map((name) => [name, readPlayerFile(folder, name)])),
    embedScript: readPlayerFile(folder, 'embed.js'),
  }
}

function readPlayerFile(folder: string, name: string): PlayerFile {
  const read = (suffix: string) => readFileSync(join(folder, name + suffix))
  const identity = read('')
  return {
    type: 'text/javascript; charset=utf-8',
    etag: createHash('sha256').update(identity).digest('base64url').slice(0, 22),
    bytes: { identity, gzip: read('.gz'), br: read('.br') },
  }
}

/** Inline code is not escaped, so it must not hold what would end its element. */
function readInline(path: string): string {
  const code = readFileSync(path, 'utf8').trim()
  if (/<\/(script|style)|<!--/i.test(code)) throw new StartError(`${path} can't stand inline in a page.`)
  return code
}
