/** What every request of the protocol bears: its version. */
export const tusHeaders = { 'Tus-Resumable': '1.0.0' }
