import { expect, test } from 'vitest'
import { resolveName } from './resolve-name.ts'

test.each(['localhost', 'LOCALHOST.', 'a.localhost'])(
  '%s is this machine, whatever a name server would say',
  async (name) => {
    expect(await resolveName(name)).toEqual([{ address: '127.0.0.1', family: 4 }])
  },
)

test('a name that only begins so is a name like any other', async () => {
  await expect(resolveName('localhost.invalid')).rejects.toHaveProperty('code')
})
