'use strict';

const { spawn } = require('node:child_process');

/**
 * Runs a command of words → `{ code, stdout, stderr }`; the code is null when the command does not exist. Once the signal is
 * aborted, the command is ended and its reason thrown.
 */
function outputOf([file, ...args], env, signal) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, signal, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text) => {
        texts[name] += text;
      });
    }
    child.on('error', () => (signal && signal.aborted ? reject(signal.reason) : resolve({ code: null, ...texts })));
    child.on('close', (code) => resolve({ code: code === null ? 1 : code, ...texts }));
  });
}

module.exports = { outputOf };
