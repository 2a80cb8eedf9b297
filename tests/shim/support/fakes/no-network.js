'use strict';

// Preloaded into the Framework: refuses every connection but to this machine and every look-up, and writes them down.
const dns = require('node:dns');
const fs = require('node:fs');
const net = require('node:net');

const LOCAL = /^(localhost|127\.|::1$)/;
const note = (what) => fs.appendFileSync(process.env.LEASTPRIV_TEST_NETWORK, `${what}\n`);

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function refusing(...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = options && typeof options === 'object' ? options.host : args[1];
  if ((options && options.path) || LOCAL.test(host || 'localhost')) return connect.apply(this, args);
  note(`connect ${host}`);
  process.nextTick(() => this.destroy(new Error(`no network: ${host}`)));
  return this;
};

for (const owner of [dns, dns.promises]) {
  const { lookup } = owner;
  owner.lookup = function refusing(host, ...rest) {
    if (LOCAL.test(host)) return lookup.call(owner, host, ...rest);
    note(`lookup ${host}`);
    const error = Object.assign(new Error(`no network: ${host}`), { code: 'ENOTFOUND' });
    if (owner === dns.promises) return Promise.reject(error);
    return process.nextTick(rest[rest.length - 1], error);
  };
}
