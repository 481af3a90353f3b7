import { z } from 'zod'
import { cleanLine } from './video.ts'

export const roles = ['member', 'trusted', 'moderator', 'admin'] as const
export type Role = (typeof roles)[number]

/** What a person is called on cards and in feeds. */
export const nameSchema = z.string().max(800).transform(cleanLine).pipe(z.string().min(1).max(80))

/** `GET /api/me`: who is signed in, or null. */
export interface Me {
  id: string
  name: string
  email: string
  role: Role
}
