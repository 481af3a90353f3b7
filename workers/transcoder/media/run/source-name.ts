/** The name of the source file in a job's folder. It may be a link of the stored original, and so no tool may ever write it. */
export const sourceName = 'in'
