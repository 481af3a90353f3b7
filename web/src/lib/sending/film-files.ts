/** What file choosers offer first. Systems know some kinds of films by the ends of their names only. */
export const filmFiles = 'video/*,.mkv,.ts,.mts,.m2ts,.vob,.ogv'
