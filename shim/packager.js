'use strict';

const SAME = ['stage', 'region', 'config', 'param'];

/** How the engine runs this very Framework on another state of the service: `[[node, framework], [options…]]` as JSON. */
function packagerOf(options) {
  const words = SAME.flatMap((name) =>
    [].concat(options[name] || []).flatMap((value) => [`--${name}`, String(value)]),
  );
  return JSON.stringify([[process.execPath, process.argv[1]], words]);
}

module.exports = { packagerOf };
