'use strict';

const { builtinModules } = require('node:module');
const path = require('node:path');
const { manifestOf } = require('./locate');

const SDK = /^(?:aws-sdk$|@aws-sdk\/)/;
const OF_THE_SDK = /^(?:aws-sdk|@aws-sdk|@smithy|@aws-crypto)(?:\/|$)/;

/** The packages that a plugin's files require which are built on the AWS SDK: their own calls are not looked for. */
function packagesWithSdk(modules) {
  const found = new Set();
  for (const [file, module] of modules) {
    for (const request of module.requests) {
      const name = packageName(request);
      if (name && dependsOnSdk(manifestNear(file, name))) found.add(name);
    }
  }
  return [...found].sort();
}

/** `@scope/name` of `@scope/name/lib/file`; null for files, for Node's own modules, and for the SDK itself. */
function packageName(request) {
  if (/^[./\\]|^node:|^[A-Za-z]:/.test(request) || OF_THE_SDK.test(request)) return null;
  const name = request.split('/').slice(0, request.startsWith('@') ? 2 : 1).join('/');
  return builtinModules.includes(name) ? null : name;
}

/** The manifest of a package, looked for as Node does. */
function manifestNear(file, name) {
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const manifest = manifestOf(path.join(folder, 'node_modules', name));
    if (manifest) return manifest;
  }
  return null;
}

function dependsOnSdk(manifest) {
  const { dependencies, peerDependencies, optionalDependencies, name } = manifest || {};
  // the Framework is what plugins run in
  if (name === 'serverless' || name === 'osls') return false;
  return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }).some((one) => SDK.test(one));
}

module.exports = { packagesWithSdk };
