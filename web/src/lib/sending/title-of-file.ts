/** A file's name as a title: without its ending, with separators read as spaces. */
export function titleOfFile(fileName: string): string {
  const bare = fileName.replace(/\.[a-z0-9]{1,5}$/i, '')
  return (
    bare
      .replace(/[_\s]+/g, ' ')
      .trim()
      .slice(0, 200) || fileName
  )
}
