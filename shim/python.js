'use strict';

const path = require('node:path');
const { userError } = require('./errors');

/**
 * The Python that runs the engine: the one that the settings or the environment name, else a private environment in the
 * user's cache folder, which is made on first use.
 */
async function findPython({ serverless, environment, platform = process.platform }) {
  const { leastpriv: settings } = serverless.service.custom || {};
  if (settings && settings.python) return located(settings.python, serverless.serviceDir);
  if (environment.SLS_LEASTPRIV_PYTHON) return environment.SLS_LEASTPRIV_PYTHON;
  const { existingEnvironment } = require('./private-python');
  const there = existingEnvironment({ environment, platform });
  if (there) return there;
  const { makeEnvironment } = require('./provision');
  try {
    return await makeEnvironment({ environment, platform });
  } catch (error) {
    if (!error.help) throw error;
    throw userError(serverless, error.code, error.message, error.help);
  }
}

/** A name is looked for on the PATH; anything with a separator is relative to the service. */
const located = (python, serviceDir) => (/[\\/]/.test(python) ? path.resolve(serviceDir, python) : python);

module.exports = { findPython };
