import type { BreakdownRow } from '#contract/views.ts'

/** A site on the map, in pixels of the map's own frame. */
export interface MapNode {
  site: string
  /** 1 for the site that picked the video up first. */
  order: number
  x: number
  y: number
  radius: number
}

export interface SpreadMap {
  width: number
  height: number
  /** Half the width and height of the picture in the middle. */
  middle: { x: number; y: number; halfWidth: number; halfHeight: number }
  nodes: MapNode[]
  /** Sites for which there was no room. */
  leftOut: number
}

const smallestRadius = 11
const labelHeight = 20
const gap = 6

/**
 * Lays the sites around the video: clockwise from the top in the order in which they picked it up, on wider ellipses as
 * the inner ones fill up, with areas in proportion to starts. Nothing overlaps and nothing leaves the frame; when there
 * are too many, the latest sites stay out and the table has them.
 */
export function layOutMap(sites: readonly Place[], width: number): SpreadMap {
  const ordered = [...sites].sort((one, other) => one.firstSeenMs - other.firstSeenMs || compare(one.site, other.site))
  let best = layOut(ordered, frameOf(width, 1))
  for (const scale of smallerScales) {
    if (best.leftOut === 0) break
    const next = layOut(ordered, frameOf(width, scale))
    if (next.leftOut < best.leftOut) best = next
  }
  return best
}

type Place = Pick<BreakdownRow, 'starts' | 'firstSeenMs'> & { site: string }

// Where big circles leave sites without room, smaller ones may not.
const smallerScales = [0.8, 0.6, 0.45]

function layOut(ordered: readonly Place[], frame: Frame): SpreadMap {
  const most = Math.max(1, ...ordered.map((site) => site.starts))
  const places = createPlaces(frame, Math.min(ordered.length, frame.perOrbit))

  const nodes: MapNode[] = []
  for (const [index, { site, starts }] of ordered.entries()) {
    const radius = Math.max(smallestRadius, Math.sqrt(starts / most) * frame.largestRadius)
    const place = places.next(radius)
    if (place) nodes.push({ site, order: index + 1, radius, ...place })
  }
  const { width, height, middle } = frame
  return { width, height, middle, nodes, leftOut: ordered.length - nodes.length }
}

/** How wide a label may be, in pixels; the same for every site, so that the map stays calm. */
export function labelWidth(width: number): number {
  return isNarrow(width) ? 84 : 124
}

function isNarrow(width: number): boolean {
  return width < 520
}

interface Frame {
  width: number
  height: number
  middle: SpreadMap['middle']
  largestRadius: number
  /** How many sites share an ellipse when they spread out evenly. */
  perOrbit: number
}

function frameOf(width: number, scale: number): Frame {
  const height = isNarrow(width) ? Math.round(width * 1.5) : Math.min(560, Math.round(width * 0.62))
  const halfWidth = isNarrow(width) ? 48 : 88
  return {
    width,
    height,
    middle: { x: width / 2, y: height / 2, halfWidth, halfHeight: (halfWidth * 9) / 16 },
    largestRadius: scale * Math.min(width, height) * (isNarrow(width) ? 0.1 : 0.105),
    perOrbit: isNarrow(width) ? 6 : 9,
  }
}

interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

// How far each ellipse reaches of what the frame allows. On a phone a label needs the whole width beside the video, so
// that ellipses differ in height alone.
const wideOrbits = [
  { x: 0.7, y: 0.7 },
  { x: 0.86, y: 0.86 },
  { x: 1, y: 1 },
]
const narrowOrbits = [
  { x: 1, y: 0.6 },
  { x: 1, y: 0.82 },
  { x: 1, y: 1 },
  { x: 0.6, y: 1 },
  { x: 0.4, y: 0.7 },
]

/** Walks along the ellipses and hands out the next place at which a circle and its label fit. */
function createPlaces(frame: Frame, evenCount: number) {
  const { middle } = frame
  const orbits = isNarrow(frame.width) ? narrowOrbits : wideOrbits
  const taken: Box[] = [
    {
      left: middle.x - middle.halfWidth,
      right: middle.x + middle.halfWidth,
      top: middle.y - middle.halfHeight,
      bottom: middle.y + middle.halfHeight,
    },
  ]
  const evenStep = 360 / Math.max(1, evenCount)
  let orbit = 0
  let degrees = 0

  function next(radius: number): { x: number; y: number } | null {
    for (let at = orbit; at < orbits.length; at++) {
      for (let turn = at === orbit ? degrees : 0; turn < 360; turn += 2) {
        const point = pointOn(frame, orbits[at]!, turn, radius)
        const box = boxOf(point, radius, frame)
        if (!isInside(box, frame) || taken.some((other) => overlap(box, other))) continue
        taken.push(box)
        orbit = at
        degrees = turn + evenStep
        return point
      }
    }
    return null
  }

  return { next }
}

function pointOn(
  frame: Frame,
  orbit: { x: number; y: number },
  degrees: number,
  radius: number,
): { x: number; y: number } {
  const angle = ((degrees - 90) * Math.PI) / 180
  const reachX = frame.width / 2 - Math.max(radius, labelWidth(frame.width) / 2) - gap
  const reachY = frame.height / 2 - radius - labelHeight
  return {
    x: frame.middle.x + Math.cos(angle) * reachX * orbit.x,
    y: frame.middle.y + Math.sin(angle) * reachY * orbit.y,
  }
}

/** The room of a circle with its label beneath. */
function boxOf({ x, y }: { x: number; y: number }, radius: number, frame: Frame): Box {
  const halfWidth = Math.max(radius, labelWidth(frame.width) / 2)
  return { left: x - halfWidth, right: x + halfWidth, top: y - radius, bottom: y + radius + labelHeight }
}

function isInside(box: Box, { width, height }: Frame): boolean {
  return box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.left < other.right + gap &&
    other.left < one.right + gap &&
    one.top < other.bottom + gap &&
    other.top < one.bottom + gap
  )
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
