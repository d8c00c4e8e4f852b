import { BlockList, isIP, isIPv6 } from 'node:net'

/** What counts as one address: an IPv4 address as it is, of IPv6 the network (/64), in which one household has 2⁶⁴ addresses. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = tail === undefined ? left : [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/** @param list addresses and networks (`10.0.0.0/8`) @throws RangeError that names what is neither */
export function addressesIn(list: readonly string[]): (address: string) => boolean {
  const block = new BlockList()
  for (const one of list) {
    const [address = '', bits] = one.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (isIP(address) === 0) throw new RangeError(`${one} is no address and no network`)
    if (bits === undefined) block.addAddress(address, family)
    else block.addSubnet(address, Number(bits), family)
  }
  return (address) => block.check(address.replace(/^::ffff:(?=\d+\.)/i, ''), isIPv6(address) && !/^::ffff:\d+\./i.test(address) ? 'ipv6' : 'ipv4')
}
