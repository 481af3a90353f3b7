import type { Storage } from '#storage/storage.ts'

/** For tests: the same storage, some of whose deeds go differently. */
export function storageWith(storage: Storage, changes: Partial<Storage>): Storage {
  return new Proxy(storage, {
    get(target, name) {
      if (name in changes) return Reflect.get(changes, name)
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
