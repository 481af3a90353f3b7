import { onMount } from 'svelte'
import { type BeforeNavigate, beforeNavigate } from '$app/navigation'

interface Reason {
  /** Whether leaving costs something: the pages of the site for another page of it, or all of them. */
  isGiven(navigation: Pick<BeforeNavigate, 'willUnload'>): boolean
  question: string
}

const reasons = new Set<Reason>()
let refused: BeforeNavigate | null = null
/** To the page's being unloaded at this moment, which the browser need not ask about once more. */
let hasAgreed = false

/**
 * Asks whoever leaves while the reason is given; where a tab is closed browsers ask in words of their own. Several parts
 * of a page may have the same question: it is asked once.
 */
export function askBeforeLeaving(reason: Reason): void {
  // Not left to the framework, which asks nothing while it is on its way to another page.
  const warn = (event: BeforeUnloadEvent) => {
    // What turns out to be a download leaves the page where it is.
    if (hasAgreed) setTimeout(forgetAgreement)
    else if (reason.isGiven({ willUnload: true })) event.preventDefault()
  }
  onMount(() => {
    reasons.add(reason)
    addEventListener('beforeunload', warn)
    return () => {
      reasons.delete(reason)
      removeEventListener('beforeunload', warn)
    }
  })
  beforeNavigate((navigation) => {
    if (navigation.type === 'leave' || navigation === refused) return
    const isSame = (other: Reason) => other.question === reason.question && other.isGiven(navigation)
    if ([...reasons].find(isSame) !== reason) return
    const isAgreed = confirm(reason.question)
    hasAgreed = isAgreed && navigation.willUnload
    if (isAgreed) return
    refused = navigation
    navigation.cancel()
  })
}

function forgetAgreement(): void {
  hasAgreed = false
}
