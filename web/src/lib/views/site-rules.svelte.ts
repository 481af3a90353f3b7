import type { EmbedPolicy, EmbedPolicyAnswer, EmbedPolicyReport, SiteAction } from '#contract/site-rules.ts'
import { load, write } from '#web/api/write.ts'
import { withRule } from './with-rule.ts'

/** Where a video may play, as the panel and every open site show it. What is decided is saved at once. */
export class SiteRules {
  answer = $state.raw<EmbedPolicyAnswer | null>(null)
  report = $state.raw<EmbedPolicyReport | null>(null)
  fault = $state.raw<unknown>(null)
  isSaving = $state(false)
  isSaved = $state(false)
  readonly #address: string

  constructor(videoId: string) {
    this.#address = `/api/videos/${videoId}/embed-policy`
  }

  async read(): Promise<void> {
    try {
      const [answer, report] = await Promise.all([
        load<EmbedPolicyAnswer>(this.#address),
        load<EmbedPolicyReport>(`${this.#address}/report`),
      ])
      this.answer = answer
      this.report = report
      this.fault = null
    } catch (fault) {
      this.fault = fault
    }
  }

  actionOn(site: string): SiteAction | null {
    return this.answer?.policy.sites.find((rule) => rule.site === site)?.action ?? null
  }

  /** Null takes the rule away. */
  async decide(site: string, action: SiteAction | null): Promise<void> {
    if (this.answer) await this.save(withRule(this.answer.policy, site, action))
  }

  async save(policy: EmbedPolicy): Promise<void> {
    await this.#change(() => write<EmbedPolicyAnswer>('PUT', this.#address, policy))
  }

  /** Back to the rules that the owner has for all videos. */
  async inherit(): Promise<void> {
    await this.#change(() => write<EmbedPolicyAnswer>('DELETE', this.#address))
  }

  async #change(deed: () => Promise<EmbedPolicyAnswer>): Promise<void> {
    this.isSaving = true
    this.isSaved = false
    try {
      // What comes back calls sites what Views Details calls them.
      this.answer = await deed()
      this.isSaved = true
      this.fault = null
      this.report = await load<EmbedPolicyReport>(`${this.#address}/report`)
    } catch (fault) {
      this.fault = fault
    } finally {
      this.isSaving = false
    }
  }
}
