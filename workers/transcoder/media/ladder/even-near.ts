/** 4:2:0 colour needs even sides: the nearest one to the true shape that is not above the source's, 2 at least. */
export function evenNear(side: number, scale: number): number {
  return Math.max(2, Math.min(Math.round((side * scale) / 2) * 2, evenBelow(side)))
}

export function evenBelow(side: number): number {
  return Math.floor(side / 2) * 2
}
