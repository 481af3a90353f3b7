import { untrack } from 'svelte'
import { load } from '#web/api/write.ts'

/** What the API says at an address, read in the browser and again whenever the address changes. */
export class Answer<Value> {
  value = $state.raw<Value | null>(null)
  fault = $state.raw<unknown>(null)
  isLoading = $state(true)
  #asked = 0
  #address: string | null = null

  /** To be made while a component starts. The value stays in place until the next one is there. */
  constructor(address: () => string | null, beat: () => unknown = () => 0) {
    $effect(() => {
      const at = address()
      beat()
      untrack(() => this.ask(at))
    })
  }

  retry(): Promise<void> {
    return this.ask(this.#address)
  }

  async ask(address: string | null): Promise<void> {
    const asked = ++this.#asked
    this.#address = address
    if (address === null) {
      this.value = null
      this.isLoading = false
      return
    }
    this.isLoading = true
    try {
      const value = await load<Value>(address)
      if (asked !== this.#asked) return
      this.value = value
      this.fault = null
    } catch (fault) {
      if (asked === this.#asked) this.fault = fault
    } finally {
      if (asked === this.#asked) this.isLoading = false
    }
  }
}
