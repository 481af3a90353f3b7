export const roles = ['member', 'trusted', 'moderator', 'admin'] as const
export type Role = (typeof roles)[number]

/** `GET /api/me`: who is signed in, or null. */
export interface Me {
  id: string
  name: string
  email: string
  role: Role
}
