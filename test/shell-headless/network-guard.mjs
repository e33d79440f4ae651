/** Loaded before a program (`node --import`), and before its threads and children: notes every connection that leaves this machine, and refuses it. */
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import net from 'node:net';

const log = process.env.TOUCHSTONE_NETWORK_LOG;
const isOwn = (host) => /^(127\.|::1$|localhost$|0\.0\.0\.0$|::$)/.test(host);

function refuse(what) {
  appendFileSync(log, `${what}\n${new Error('from').stack}\n\n`);
  throw new Error(`No network in this test: ${what}`);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host =
    typeof options === 'object' ? (options.host ?? 'localhost') : typeof args[1] === 'string' ? args[1] : 'localhost';
  if (!options?.path && !isOwn(host)) refuse(`connect ${host}`);
  return connect.apply(this, args);
};
const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function (...args) {
  refuse(`datagram ${JSON.stringify(args.slice(1, 4))}`);
  return send.apply(this, args);
};
for (const [owner, names] of [
  [dns, ['lookup', 'resolve', 'resolve4', 'resolve6']],
  [dns.promises, ['lookup', 'resolve', 'resolve4', 'resolve6']],
]) {
  for (const name of names) {
    const real = owner[name];
    owner[name] = function (host, ...rest) {
      if (!isOwn(host) && !net.isIP(host)) refuse(`${name} ${host}`);
      return real.call(this, host, ...rest);
    };
  }
}
