/** Of the embedded server; a server of your own may use any, they stand in its URL. */
export const clickhouseUser = 'qqvideo'
export const clickhouseDatabase = 'qqvideo'
