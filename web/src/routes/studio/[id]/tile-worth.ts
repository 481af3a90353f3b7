// Darker than this on average, a picture says little as a poster; the same holds for what is nearly white.
const darkBelow = 60
const paleAbove = 215

/**
 * What a picture is worth as a poster, 0 for an even one: how much its brightness varies, less where it is dark or pale.
 * `pixels` as a canvas gives them: red, green, blue and alpha, 0 to 255 each.
 */
export function tileWorth(pixels: ArrayLike<number>): number {
  const count = pixels.length / 4
  let sum = 0
  let squares = 0
  for (let at = 0; at < pixels.length; at += 4) {
    const luma = 0.2126 * pixels[at]! + 0.7152 * pixels[at + 1]! + 0.0722 * pixels[at + 2]!
    sum += luma
    squares += luma * luma
  }
  const mean = sum / count
  const spread = Math.sqrt(Math.max(0, squares / count - mean * mean))
  return spread * Math.min(1, mean / darkBelow, (255 - mean) / (255 - paleAbove))
}
