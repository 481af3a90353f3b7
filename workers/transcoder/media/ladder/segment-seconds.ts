/** Long enough that few requests are needed, short enough that a switch of quality comes soon. */
export const segmentSeconds = 4
