// The part of the player that stands in every embed document: it counts the opening, and fetches the rest on intent.
import type { EmbedBoot } from '#contract/embed.ts'
import { passGuard } from './pass-guard.ts'
import { startPlayer } from './start-player.ts'
import { waitUntilPlayable } from './wait-until-playable.ts'

const boot: EmbedBoot = JSON.parse(document.getElementById('boot')!.textContent!)

if (boot.isWaiting) void waitUntilPlayable(boot).then(start)
else start(boot)

function start(ready: EmbedBoot): void {
  if (ready.isGuarded) void passGuard(ready).then(startPlayer)
  else startPlayer(ready)
}
