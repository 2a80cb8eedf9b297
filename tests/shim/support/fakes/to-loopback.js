'use strict';

// Preloaded into the Framework: what it sends to AWS goes to the stub on this machine, which learns from the `host` header
// whom it was meant for. Unmodified AWS SDKs, version 2 and 3.
const http = require('node:http');
const https = require('node:https');

const AWS = /\.amazonaws\.com(\.cn)?$/;
const { request } = https;

https.request = function redirected(options, ...rest) {
  const host = options.hostname || options.host;
  if (typeof options === 'string' || options instanceof URL || !AWS.test(host || '')) return request.call(https, options, ...rest);
  const { agent, protocol, headers, ...others } = options;
  const port = Number(process.env.LEASTPRIV_TEST_AWS);
  return http.request({ ...others, headers: { ...headers, host }, host: '127.0.0.1', hostname: '127.0.0.1', port }, ...rest);
};
