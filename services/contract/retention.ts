/** How long what belongs to plays is kept beside the plays themselves; programs keep to it, and the page about privacy tells it. */

/** From the beginning of its day (UTC) until the salt of the viewer hashes is deleted. */
export const saltLifetimeHours = 48

/** How long a collector keeps beacons that ClickHouse has already. */
export const collectorCopyHours = 24
