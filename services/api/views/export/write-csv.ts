import type { Column, Table } from './column.ts'

// Spreadsheets take a file without it for the machine's old code page.
const byteOrderMark = '\ufeff'

/** RFC 4180, in UTF-8: CRLF, quotes where a cell needs them, times as ISO 8601. */
export async function* writeCsv<Row>({ columns, batches }: Table<Row>): AsyncGenerator<string> {
  yield byteOrderMark + lineOf(columns.map((column) => column.name))
  for await (const rows of batches) {
    if (rows.length > 0) yield rows.map((row) => lineOf(columns.map((column) => cellOf(column, row)))).join('')
  }
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

function cellOf<Row>(column: Column<Row>, row: Row): string {
  switch (column.type) {
    case 'text':
      return withoutFormula(column.of(row))
    case 'time':
      return new Date(column.of(row)).toISOString()
    default:
      return String(column.of(row) ?? '')
  }
}

/**
 * Pages and keys are strangers' words, and a spreadsheet runs a cell that begins like a formula, also behind spaces and
 * characters that nobody sees, which some take away. An apostrophe makes it text (OWASP, "CSV Injection"); the wide forms
 * are taken for the same signs by East Asian editions.
 */
function withoutFormula(text: string): string {
  return /^[\t\r\n]|^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u.test(text) ? `'${text}` : text
}
