/** Of the embedded cluster; a server of your own may use any, they stand in its URL. */
export const postgresUser = 'qqvideo'
export const postgresDatabase = 'qqvideo'
