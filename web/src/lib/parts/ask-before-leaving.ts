import { onMount } from 'svelte'
import { type BeforeNavigate, beforeNavigate } from '$app/navigation'

interface Reason {
  isGiven(navigation: BeforeNavigate): boolean
  question: string
}

const reasons = new Set<Reason>()

/**
 * Asks whoever leaves while the reason is given; where a tab is closed browsers ask in words of their own. Several parts
 * of a page may have the same question: it is asked once.
 */
export function askBeforeLeaving(reason: Reason): void {
  onMount(() => {
    reasons.add(reason)
    return () => reasons.delete(reason)
  })
  beforeNavigate((navigation) => {
    const isSame = (other: Reason) => other.question === reason.question && other.isGiven(navigation)
    if ([...reasons].find(isSame) !== reason) return
    if (navigation.type === 'leave' || !confirm(reason.question)) navigation.cancel()
  })
}
