'use strict';

const { spawn } = require('node:child_process');

const OUR_BUG = 70;

/**
 * Runs the engine on the text of a hand-off, which goes to its stdin; its stdout and stderr are ours. → its exit code.
 *
 * The engine must not take modules from the service's directory, which it runs in.
 */
function runEngine(python, args, document, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-m', 'sls_leastpriv', ...args], {
      cwd,
      env: { ...env, PYTHONSAFEPATH: '1', PYTHONUTF8: '1' },
      stdio: ['pipe', 'inherit', 'inherit'],
      windowsHide: true,
    });
    child.on('error', reject);
    // an engine that refuses its arguments does not read to the end
    child.stdin.on('error', () => {});
    child.on('close', (code) => resolve(code === null ? OUR_BUG : code));
    child.stdin.end(document);
  });
}

module.exports = { runEngine };
