/** One array with a row on each line: the very objects that the API answers, in the same order. */
export async function* writeJson<Row>({ batches }: { batches: AsyncIterable<readonly Row[]> }): AsyncGenerator<string> {
  let before = '[\n'
  for await (const rows of batches) {
    if (rows.length === 0) continue
    yield before + rows.map((row) => JSON.stringify(row)).join(',\n')
    before = ',\n'
  }
  yield before === '[\n' ? '[]\n' : '\n]\n'
}
