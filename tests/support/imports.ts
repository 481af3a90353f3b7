import { glob } from 'node:fs/promises'
import { dirname, join, normalize, relative, resolve } from 'node:path'

export interface Import {
  from: string
  /** A file of ours relative to the root, or the name of a library. */
  to: string
  /** Gone when the program runs; can't make a circle. */
  isTypeOnly: boolean
}

/** Every source file of ours, relative to the root. */
export async function sourceFiles(root: string): Promise<string[]> {
  const found: string[] = []
  for await (const file of glob('{services,workers,infra,web,tests,bench}/**/*.{ts,svelte}', {
    cwd: root,
    exclude: (name) => ['node_modules', 'build', 'dist', '.svelte-kit'].includes(String(name).split('/').at(-1)!),
  }))
    found.push(file)
  return found.sort()
}

/** Static and dynamic imports and re-exports of one file. */
export function importsOf(file: string, text: string, root: string): Import[] {
  const pattern =
    /^\s*(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm
  return [...text.matchAll(pattern)]
    .map((match) => ({ isTypeOnly: Boolean(match[1]), specifier: match[2] ?? match[3]! }))
    .map(({ isTypeOnly, specifier }) => ({ from: file, to: resolveImport(file, specifier, root), isTypeOnly }))
}

const aliases: Record<string, string> = {
  '#contract/': 'services/contract/',
  '#catalog/': 'services/catalog/',
  '#storage/': 'services/storage/',
  '#support/': 'tests/support/',
  '#web/': 'web/src/lib/',
  '$lib/': 'web/src/lib/',
}

function resolveImport(file: string, specifier: string, root: string): string {
  const alias = Object.keys(aliases).find((start) => specifier.startsWith(start))
  if (alias) return aliases[alias] + specifier.slice(alias.length)
  if (!specifier.startsWith('.')) return specifier
  return normalize(relative(root, resolve(root, join(dirname(file), specifier))))
}

/** Each circle once, as the list of its files. */
export function findCircles(imports: Import[]): string[][] {
  const next = new Map<string, string[]>()
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const circles: string[][] = []
  function visit(file: string, path: string[]): void {
    const start = path.indexOf(file)
    if (start >= 0) {
      circles.push([...path.slice(start), file])
      return
    }
    if (done.has(file)) return
    for (const target of next.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of next.keys()) visit(file, [])
  return circles
}
