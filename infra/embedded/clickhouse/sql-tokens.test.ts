import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteName, quoteText } from './quote.ts'
import { sqlTokens } from './sql-tokens.ts'

test('words, names, strings and symbols are told apart, blanks and comments are left out', () => {
  const sql = "SELECT a.`b``c`, 'it''s \\' -- x', \"q\", 1.5 /* no /* nested */ ' */ FROM $t$ ' $t$ # end"
  expect(kinds(sql)).toEqual([
    ...['word SELECT', 'word a', 'symbol .', 'name `b``c`', 'symbol ,', "string 'it''s \\' -- x'", 'symbol ,'],
    ...['name "q"', 'symbol ,', 'word 1', 'symbol .', 'word 5', 'word FROM', "string $t$ ' $t$"],
  ])
})

test('what is left open reaches to the end', () => {
  for (const open of ["'a; b", '`a; b', '/* a; b', '$$ a; b', '‘a; b']) {
    expect([...sqlTokens(`SELECT ${open}`)].some((token) => token.text === ';')).toBe(false)
  }
})

test('whatever text is quoted is one token, however it tries to get out', () => {
  const hostile = fc.string({
    unit: fc.constantFrom("'", '\\', '`', '"', ';', '$', '-', '/', '*', '\n', 'a', '\0', '{', '’'),
  })
  fc.assert(
    fc.property(hostile, (text) => {
      expect([...sqlTokens(`(${quoteText(text)};${quoteName(text)})`)].map((token) => token.kind)).toEqual([
        ...['symbol', 'string', 'symbol', 'name', 'symbol'],
      ])
    }),
  )
})

test('tokens never overlap, and only blanks and comments lie between them', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("'", '`', ';', '$', '-', ' ', '*', '/', '\n', 'a', '(', ')') }),
      (sql) => {
        let end = 0
        for (const token of sqlTokens(sql)) {
          expect(token.start).toBeGreaterThanOrEqual(end)
          expect(sql.slice(end, token.start)).toMatch(/^(\s|--[^\n]*|\/\*[\s\S]*?\*\/)*$/)
          end = token.end
        }
      },
    ),
  )
})

function kinds(sql: string): string[] {
  return [...sqlTokens(sql)].map((token) => `${token.kind} ${token.text}`)
}
