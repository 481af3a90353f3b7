import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { settingNames, systemConfig } from './config.ts'

const example = await readFile(new URL('../.env.example', import.meta.url), 'utf8')
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
const set = Object.fromEntries([...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]))

test('.env.example lists every setting, and no other', () => {
  expect(Object.keys(set).sort()).toEqual([...settingNames].sort())
})

test('.env.example changes nothing when it is loaded as it is', () => {
  expect(systemConfig(set)).toEqual(systemConfig({}))
})

test('the table in README.md lists every setting, and no other', () => {
  const table = /^## Configuration\n(.*?)^## /ms.exec(readme)![1]!
  const cells = [...table.matchAll(/^\|([^|]*`[^|]*)\|/gm)].map(([, cell]) => cell!)
  const names = cells.flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!))
  expect(names.sort()).toEqual([...settingNames].sort())
})
