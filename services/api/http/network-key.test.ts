import { expect, test } from 'vitest'
import { networkKey } from './network-key.ts'

test('addresses of one IPv6 /64 are one network, every IPv4 address is one, however it is written', () => {
  expect(networkKey('2001:db8:1:2::1')).toBe(networkKey('2001:db8:1:2:ffff:1:2:3'))
  expect(networkKey('2001:db8:1:2::1')).not.toBe(networkKey('2001:db8:1:3::1'))
  expect(networkKey('192.0.2.1')).toBe(networkKey('::ffff:192.0.2.1'))
  expect(networkKey('192.0.2.1')).not.toBe(networkKey('192.0.2.2'))
  expect([networkKey(undefined), networkKey('no address')]).toEqual(['', ''])
})
