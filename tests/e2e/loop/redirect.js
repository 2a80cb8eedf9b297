'use strict';

// Preloaded into the Framework: a TLS connection to AWS becomes a plain one to the proxy, which reads in the Host header whom
// a request is meant for. Everything connects through here: AWS SDK v2 and v3 through `https.Agent`, `fetch` by itself.
const net = require('node:net');
const tls = require('node:tls');
const { syncBuiltinESMExports } = require('node:module');

const AWS = /\.(amazonaws\.com(\.cn)?|api\.aws)$/;
const proxy = new URL(process.env.LEASTPRIV_TEST_PROXY);
const { connect } = tls;

tls.connect = function redirected(...args) {
  const options = args.find((arg) => arg !== null && typeof arg === 'object') || {};
  const host = options.servername || options.host || args.find((arg) => typeof arg === 'string') || '';
  return AWS.test(host) ? toProxy(args.find((arg) => typeof arg === 'function')) : connect.apply(tls, args);
};
syncBuiltinESMExports();

/** A socket that its users take for one that is secured. */
function toProxy(listener) {
  const socket = net.connect({ host: proxy.hostname, port: Number(proxy.port) });
  Object.assign(socket, { authorized: true, encrypted: true, alpnProtocol: false });
  if (listener) socket.once('secureConnect', listener);
  return socket.once('connect', () => socket.emit('secureConnect'));
}
