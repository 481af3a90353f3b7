export interface Clip {
  name: string
  title: string
  description: string
  /** A source of ffmpeg that draws without any input, and a sound. */
  picture: string
  sound: string
  seconds: number
  /** How many times it was opened in its month. */
  plays: number
}

const size = '640x360'

/** The first one has the richest statistics: its Views Details are what the demo shows. */
export const clips: Clip[] = [
  {
    name: 'mandelbrot',
    title: 'A dive into the Mandelbrot set',
    description: 'Half a minute of falling into a border that has no end.',
    picture: `mandelbrot=size=${size}:rate=24:maxiter=500:end_scale=0.002:end_pts=700`,
    sound: 'aevalsrc=0.1*sin(2*PI*(110+2*t)*t)*sin(PI*t/8)^2:s=48000',
    seconds: 30,
    plays: 4_200,
  },
  {
    name: 'life',
    title: 'The game of Life, played by itself',
    description: 'Four simple rules on a big board.',
    picture: `life=size=${size}:mold=24:rate=24:ratio=0.12:seed=7:death_color=#c83232:life_color=#7fd6ff`,
    sound: 'aevalsrc=0.08*sin(2*PI*220*t)*lt(mod(t\\,0.5)\\,0.1):s=48000',
    seconds: 30,
    plays: 900,
  },
  {
    name: 'gradients',
    title: 'Slow colours for a waiting room',
    description: 'Nothing happens, beautifully.',
    picture: `gradients=size=${size}:rate=24:speed=0.01:seed=12:nb_colors=4`,
    sound: 'aevalsrc=0.06*sin(2*PI*174*t)+0.04*sin(2*PI*261*t):s=48000',
    seconds: 25,
    plays: 350,
  },
]
