'use strict';

const { knownPlugins } = require('./known');
const { locatePlugin } = require('./locate');

const OURSELVES = 'serverless-leastpriv';

/**
 * Looks into the plugins of the service that the engine has no entry for, for calls of the AWS SDK. Nothing of them is run.
 * → one `{ name, version, calls, unreadable, commandLines, packages, unreadFiles }` for each that is installed
 */
async function scanPlugins({ plugins }, { serviceDir }, { modules }) {
  const { modules: names, localPath } = Array.isArray(plugins) ? { modules: plugins } : plugins || {};
  const unknown = unknownOf(names);
  const frameworkRequire = modules && modules.load;
  const found = [];
  for (const name of unknown) {
    try {
      const place = locatePlugin(name, { serviceDir, localPath, frameworkRequire });
      // most services have no such plugin, and need no parser
      if (place) found.push({ name, version: place.version, ...(await require('./source').readSource(place)) });
    } catch {
      // to look into a plugin is a help, and must not be what fails; the engine says of those without a result that nothing is known
    }
  }
  return found;
}

function unknownOf(names) {
  const listed = (Array.isArray(names) ? names : []).filter((name) => typeof name === 'string' && name !== OURSELVES);
  if (!listed.length) return [];
  const known = knownPlugins();
  return [...new Set(listed)].filter((name) => !known.has(name));
}

module.exports = { scanPlugins };
