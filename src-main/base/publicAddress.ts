import { BlockList, isIP } from 'node:net';

/**
 * Addresses that a public name must never lead to: this machine, its local network, link-local (cloud metadata), multicast.
 * Sources: the IANA special-purpose address registries for IPv4 and IPv6. The documentation ranges are left out: nothing
 * private lives there, and closed networks answer for public names with them.
 */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.0.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 4], ['240.0.0.0', 4],
];
/** Inside the global unicast range, but carrying another address within (Teredo and other protocol assignments, 6to4). */
const REFUSED_V6: readonly (readonly [string, number])[] = [['2001::', 23], ['2002::', 16], ['3fff::', 20]];

const privateV4 = new BlockList();
for (const [network, prefix] of PRIVATE_V4) privateV4.addSubnet(network, prefix, 'ipv4');
const refusedV6 = new BlockList();
for (const [network, prefix] of REFUSED_V6) refusedV6.addSubnet(network, prefix, 'ipv6');
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');

/** True for an address on the public internet. IPv6 must be global unicast; IPv4 inside IPv6 is never accepted. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !privateV4.check(address, 'ipv4');
  if (family === 6) return globalV6.check(address, 'ipv6') && !refusedV6.check(address, 'ipv6');
  return false;
}
