/**
 * Runs a program in a network of its own, where every packet that leaves it is counted by the system: whoever sends it, Node, a thread, a child or a
 * native library. Linux only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The way out is one end of a cable whose other end nobody listens at. Names are asked for at an address behind it: the system's own answer may
 * come over a socket file, which is no packet. A kernel without IPv6 lacks its settings. What the program returned stays.
 */
const setUp = `set -e
ip link set lo up
ip link add out type veth peer name nobody
for end in out nobody; do [ ! -e /proc/sys/net/ipv6 ] || echo 1 > /proc/sys/net/ipv6/conf/$end/disable_ipv6; done
ip link set out arp off
ip address add 192.0.2.2/24 dev out
ip link set out up
ip link set nobody up
ip route add default dev out
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf
shift
status=0
"$@" || status=$?
awk '$1 == "out:" { print $11 }' /proc/net/dev >&3
exit $status`;

const newNetwork = ['--user', '--map-root-user', '--net', '--mount'];

/** Null where it can be done; else what is missing. */
export function obstacleToOwnNetwork(): string | null {
  if (process.platform !== 'linux') return 'this is not Linux';
  const tried = spawnSync('unshare', [
    ...newNetwork,
    'ip',
    'link',
    'add',
    'out',
    'type',
    'veth',
    'peer',
    'name',
    'nobody',
  ]);
  if (tried.error) return 'there is no "unshare"';
  return tried.status === 0 ? null : `no network can be made: ${tried.stderr.toString().trim()}`;
}

export interface WatchedRun {
  readonly status: number | null;
  readonly output: string;
  /** Packets that left. */
  readonly packets: number;
}

/** `folder` takes two files of settings. */
export async function runInOwnNetwork(
  folder: string,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<WatchedRun> {
  writeFileSync(path.join(folder, 'resolv.conf'), 'nameserver 198.51.100.1\n');
  writeFileSync(path.join(folder, 'nsswitch.conf'), 'hosts: files dns\n');
  const child = spawn('unshare', [...newNetwork, 'sh', '-c', setUp, 'sh', folder, ...command], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const texts = ['', '', ''];
  for (const [index, stream] of child.stdio.slice(1).entries())
    stream?.on('data', (bytes: Buffer) => (texts[index] += bytes.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  const [output = '', errors = '', packets = ''] = texts;
  return { status, output: output + errors, packets: packets === '' ? Number.NaN : Number(packets) };
}
