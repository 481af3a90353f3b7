import fluentFfmpeg from 'fluent-ffmpeg'

export interface FfmpegCommand {
  /** Counts pictures that can't be decoded rightly; warnings are then among the complaints. */
  countsDamage?: boolean
  /** Options that concern the reading of the input. */
  input?: string[]
  /** Further files of the folder, behind the same guards as the first. */
  moreSources?: string[]
  /** A filter graph with named outputs, for several outputs of one decode. */
  filterGraph?: string
  outputs: FfmpegOutput[]
}

export interface FfmpegOutput {
  /** A path inside the job's folder, or `-`. */
  target: string
  options: string[]
}

/**
 * The argument list of one ffmpeg, without the program's name. fluent-ffmpeg only puts it in order here and starts nothing:
 * its own way of starting ffmpeg knows neither our limits nor process groups.
 */
export function commandLine(
  inputOptions: readonly string[],
  source: string,
  command: FfmpegCommand,
  more: { source: string; options: readonly string[] }[] = [],
): string[] {
  const line = fluentFfmpeg().input(`file:${source}`)
  addOptions(inputOptions, (...words) => line.inputOptions(...words))
  for (const one of more) {
    line.input(`file:${one.source}`)
    addOptions(one.options, (...words) => line.inputOptions(...words))
  }
  if (command.filterGraph) line.complexFilter(command.filterGraph)
  for (const output of command.outputs) {
    line.output(output.target)
    addOptions(output.options, (...words) => line.outputOptions(...words))
  }
  return line._getArguments()
}

/** Two words at least per call: a single word with a space in it would be split. */
function addOptions(options: readonly string[], add: (...words: string[]) => unknown): void {
  if (options.length === 1) throw new Error('An option without a value must stand beside another option.')
  if (options.length > 0) add(...options)
}
