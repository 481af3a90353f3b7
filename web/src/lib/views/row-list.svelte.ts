import type { Breakdown, BreakdownRow } from '#contract/views.ts'
import { load } from '#web/api/write.ts'

/** The rows of a table, read a page at a time; the first page stays in place until its successor is there. */
export class RowList {
  rows = $state.raw<BreakdownRow[] | null>(null)
  total = $state(0)
  next = $state<string | null>(null)
  isLoading = $state(true)
  fault = $state.raw<unknown>(null)
  #address = ''
  #asked = 0
  #pages = 0

  async open(address: string): Promise<void> {
    this.#address = address
    await this.#read(address, (page) => {
      this.rows = page.rows
      this.#pages = 1
    })
  }

  /** Whoever has read on keeps his place: only a single page is read again while numbers move. */
  async refresh(): Promise<void> {
    if (this.#pages === 1 && !this.isLoading) await this.open(this.#address)
  }

  async readOn(): Promise<void> {
    if (this.next === null || this.isLoading) return
    await this.#read(`${this.#address}&cursor=${encodeURIComponent(this.next)}`, (page) => {
      const known = new Set(this.rows?.map((row) => row.value + row.site))
      this.rows = [...(this.rows ?? []), ...page.rows.filter((row) => !known.has(row.value + row.site))]
      this.#pages++
    })
  }

  async #read(address: string, take: (page: Breakdown) => void): Promise<void> {
    const asked = ++this.#asked
    this.isLoading = true
    try {
      const page = await load<Breakdown>(address)
      if (asked !== this.#asked) return
      take(page)
      this.total = page.total
      this.next = page.next
      this.fault = null
    } catch (fault) {
      if (asked === this.#asked) this.fault = fault
    } finally {
      if (asked === this.#asked) this.isLoading = false
    }
  }
}
