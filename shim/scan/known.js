'use strict';

const fs = require('node:fs');
const path = require('node:path');

// the engine's own knowledge, in the same package: nothing is listed twice
const COMPILED = path.join(__dirname, '..', '..', 'sls_leastpriv', 'knowledge', 'data', 'compiled');

const read = (name) => JSON.parse(fs.readFileSync(path.join(COMPILED, name), 'utf8'));

/** The npm names of the plugins that the engine has an entry for. */
const knownPlugins = () => new Set(Object.keys(read('plugins.json')));

/** `CloudWatchLogs`, `cloudwatch-logs` and `CloudWatch Logs` are one service. */
const plainName = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

let services;

/** Whether the SDKs have a service of this name: what else a plugin hands to a `request()` is nobody's business. */
function isService(name) {
  services ||= new Set(Object.values(read('sdk.json')).flatMap(({ names }) => names));
  return services.has(plainName(name));
}

module.exports = { isService, knownPlugins, plainName };
