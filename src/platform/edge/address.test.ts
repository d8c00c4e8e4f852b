import { expect, it } from 'vitest'
import { addressesIn, addressKey } from '#platform/edge/address.ts'

it('an address of a household is its network', () => {
  expect(addressKey('198.51.100.7')).toBe('198.51.100.7')
  expect(addressKey('::ffff:198.51.100.7')).toBe('198.51.100.7')
  expect(addressKey('2001:0db8:1:2:aaaa::1')).toBe('2001:db8:1:2::/64')
  expect(addressKey('2001:DB8:1:2:ffff:1:2:3')).toBe('2001:db8:1:2::/64')
  expect(addressKey('::1')).toBe('0:0:0:0::/64')
  expect(addressKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
  expect(addressKey('2001:db8::')).toBe('2001:db8:0:0::/64')
})

it('a list names addresses and networks, and nothing else', () => {
  const isProxy = addressesIn(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'])
  for (const address of ['10.1.2.3', '192.0.2.1', '::ffff:10.9.9.9', '2001:db8::5']) expect(isProxy(address), address).toBe(true)
  for (const address of ['11.0.0.1', '192.0.2.2', '::ffff:11.0.0.1', '2001:db9::5', 'nonsense']) expect(isProxy(address), address).toBe(false)
  expect(() => addressesIn(['everybody'])).toThrow('everybody')
})
