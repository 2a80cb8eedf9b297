'use strict';

const path = require('node:path');
const { userError } = require('./errors');

/**
 * The Python that runs the engine: the one that the settings or the environment name, else a private environment in the
 * user's cache folder, which is made on first use; making it may take so many `seconds`.
 */
async function findPython({ serverless, environment, platform = process.platform, seconds }) {
  const { leastpriv: settings } = serverless.service.custom || {};
  if (settings && settings.python) return located(settings.python, serverless.serviceDir);
  if (environment.SLS_LEASTPRIV_PYTHON) return environment.SLS_LEASTPRIV_PYTHON;
  const { existingEnvironment } = require('./private-python');
  const there = existingEnvironment({ environment, platform });
  if (there) return there;
  const { makeEnvironment } = require('./provision');
  const signal = seconds === undefined ? undefined : AbortSignal.timeout(seconds * 1000);
  try {
    return await makeEnvironment({ environment, platform, signal });
  } catch (error) {
    if (error.name === 'TimeoutError') throw tooSlow(serverless, seconds);
    if (!error.help) throw error;
    throw userError(serverless, error.code, error.message, error.help);
  }
}

function tooSlow(serverless, seconds) {
  const message = `making the Python environment took longer than ${seconds} seconds`;
  return userError(serverless, 'PYTHON_TOO_SLOW', message, 'make it beforehand: run `serverless leastpriv generate` once');
}

/** A name is looked for on the PATH; anything with a separator is relative to the service. */
const located = (python, serviceDir) => (/[\\/]/.test(python) ? path.resolve(serviceDir, python) : python);

module.exports = { findPython };
