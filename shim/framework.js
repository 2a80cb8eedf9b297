'use strict';

const { Module, createRequire } = require('node:module');

/**
 * The Framework that runs us: its npm name and version, and access to its own modules.
 *
 * osls 4 and serverless 4 share version numbers, so the name comes from the package that the running class was loaded from.
 * serverless 4 is one ES module, which CommonJS cannot look into: then there are no modules and the name is `serverless`.
 */
function frameworkOf(serverless) {
  const home = Object.values(require.cache).find((one) => one && one.exports === serverless.constructor);
  if (!home) return { name: 'serverless', version: String(serverless.version), modules: null };
  const modules = modulesOf(home.filename);
  const { name, version } = modules.load('../package.json');
  return { name, version, modules };
}

function modulesOf(filename) {
  const load = createRequire(filename);
  return {
    load,
    /** Loads the original of a module that was replaced. */
    original(request) {
      const file = load.resolve(request);
      const replacement = require.cache[file];
      delete require.cache[file];
      try {
        return load(request);
      } finally {
        require.cache[file] = replacement;
      }
    },
    /** Whoever requires the module from now on gets `exports`; neither the original is loaded nor what it would load. */
    replace(request, exports) {
      const file = load.resolve(request);
      require.cache[file] = Object.assign(new Module(file), { filename: file, exports, loaded: true });
    },
  };
}

module.exports = { frameworkOf };
