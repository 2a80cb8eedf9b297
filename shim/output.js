'use strict';

/**
 * Sends what this process prints on stdout to stderr: stdout belongs to the engine's artefact, and plugins print with
 * `console.log`. The engine writes to the file descriptor itself.
 */
function reserveStdout(framework) {
  // it keeps the original `write`, and paints also where there is no terminal when `SLS_INTERACTIVE_SETUP_ENABLE` is set
  if (!process.stdout.isTTY) clearProgress(framework);
  process.stdout.write = (...args) => process.stderr.write(...args);
}

/** Ends the Framework's progress line. */
function clearProgress({ modules }) {
  for (const request of modules ? ['./utils/serverless-utils/log', '@serverless/utils/log'] : []) {
    try {
      modules.load(request).progress.clear();
      return;
    } catch {
      // the place of the other Framework
    }
  }
}

module.exports = { clearProgress, reserveStdout };
