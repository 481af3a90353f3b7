import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '#support/until.ts'
import { useUploadPage } from '#support/upload-page.ts'

// More than the buffers of a line take: the page would count those bytes as sent.
const fileBytes = 8_000_000
// More than is on its way in buffers when a line is cut, so that something is left to send.
const longBytes = 40_000_000
const slow = { bytesPerSecond: 2_000_000 }

const sending = useUploadPage({ quotaMb: 100 })

/** Some unfinished upload has come so far. */
async function onServer(leastBytes: number): Promise<void> {
  const uploads = join(sending.api.folder, 'uploads')
  await until(
    async () => Promise.all((await readdir(uploads)).map(async (name) => (await stat(join(uploads, name))).size)),
    (sizes) => sizes.some((size) => size >= leastBytes),
  )
}

test('several files are sent two at a time, and paused and resumed together or alone', async () => {
  const made = [await sending.makeFilm(fileBytes), await sending.makeFilm(fileBytes), await sending.makeFilm(fileBytes)]
  sending.line.faults = slow
  await sending.choose(...made)
  await sending.row(made[2]!).getByText('Waiting for its turn.').first().waitFor()
  await sending
    .row(made[0]!)
    .getByText(/of 8 MB/)
    .waitFor()
  await sending.page.getByRole('button', { name: 'Pause all' }).click()
  for (const film of made)
    await sending
      .row(film)
      .getByText(/^Paused\. What has arrived is kept/)
      .first()
      .waitFor()
  await sending.page.getByRole('button', { name: 'Resume all' }).click()
  await sending.page.getByRole('button', { name: `Pause: ${made[0]!.name}` }).click()
  // Its place is taken by the next.
  await sending.arrived(made[2]!)
  await sending.arrived(made[1]!)
  await sending.page.getByRole('button', { name: `Resume: ${made[0]!.name}` }).click()
  await sending.arrived(made[0]!)
})

test('a killed server and a lost network are waited for, in words, and the upload goes on by itself', async () => {
  const film = await sending.makeFilm(fileBytes)
  sending.line.faults = slow
  await sending.choose(film)
  await sending
    .row(film)
    .getByText(/of 8 MB/)
    .waitFor()
  process.kill(sending.api.pid(), 'SIGKILL')
  await sending.row(film).getByText('The site doesn’t answer.').first().waitFor()
  await sending.api.startAgain()
  await sending
    .row(film)
    .getByText(/^Sending, /)
    .first()
    .waitFor()
  await sending.context.setOffline(true)
  sending.line.cutAll('reset')
  await sending.row(film).getByText('Waiting for the network.').first().waitFor()
  await sending.context.setOffline(false)
  await sending.arrived(film)
})

test('a closed browser goes on where it was, once the file is chosen again', async () => {
  const film = await sending.makeFilm(longBytes)
  sending.line.faults = slow
  await sending.choose(film)
  await onServer(1_000_000)
  await sending.page.getByRole('button', { name: /^Pause/ }).click()
  await sending.page.close()
  sending.line.faults = {}
  await sending.open()
  await sending.page.getByText('Not finished yet').waitFor()
  await sending.page.getByText(/[1-9]\d?% of 40 MB sent/).waitFor()
  const created: string[] = []
  sending.page.on('request', (request) => request.method() === 'POST' && created.push(new URL(request.url()).pathname))
  await sending.choose(film)
  await sending.arrived(film)
  expect(created.filter((path) => path !== '/api/beacon')).toEqual([])
})

test('what is cancelled is gone from the server, in this page and from the list of a later one', async () => {
  const me = (await (await sending.person.request('/api/me')).json()) as { id: string }
  const unfinished = async () => {
    const uploads = await sending.api.catalog.database.selectFrom('unfinished_upload').selectAll().execute()
    return [...uploads, ...(await sending.api.videos())].filter(({ owner_id }) => owner_id === me.id)
  }
  sending.line.faults = slow
  const [film, other] = [await sending.makeFilm(longBytes), await sending.makeFilm(longBytes)]
  await sending.choose(film)
  await sending
    .row(film)
    .getByText(/of 40 MB/)
    .waitFor()
  await sending.page.getByRole('button', { name: `Cancel: ${film.name}` }).click()
  await until(unfinished, (left) => left.length === 0, 15_000)
  await sending.choose(other)
  await onServer(1_000_000)
  await sending.page.close()
  sending.line.faults = {}
  await sending.open()
  await sending.page.getByRole('button', { name: `Delete: ${other.name}` }).click()
  await until(unfinished, (left) => left.length === 0, 15_000)
})

test('more than the account may keep is told with what to do, and how much is used is shown', async () => {
  const film = await sending.makeFilm(fileBytes)
  await sending.choose(film)
  await sending.arrived(film)
  await sending.page.getByText('8 MB of 100 MB used').waitFor()
  const big = await sending.makeFilm(93_000_000)
  await sending.choose(big)
  await sending
    .row(big)
    .getByText(/more than your account may keep; delete a video/)
    .waitFor()
  await sending
    .row(big)
    .getByRole('button', { name: /^Try again/ })
    .waitFor()
})

test('files are dropped anywhere on the page', async () => {
  const film = await sending.makeFilm(1_000)
  await sending.page.evaluate(`
    const data = new DataTransfer()
    data.items.add(new File([new Uint8Array(1_000)], '${film.name}', { type: 'video/mp4' }))
    document.querySelector('h1').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
  `)
  await sending.row(film).waitFor()
})
