'use strict';

const { spawn } = require('node:child_process');
const { userError } = require('./errors');

const OUR_BUG = 70;

/**
 * Runs the engine on the text of a hand-off, which goes to its stdin. → its exit code.
 *
 * Its stdout and stderr are ours, or both go to `write` as text. After `seconds` it is ended, which is an error like one that
 * does not start. The engine must not take modules from the service's directory, which it runs in.
 */
async function runEngine(serverless, python, args, document, { env, write, seconds }) {
  try {
    return await exitCode(python, ['-m', 'sls_leastpriv', ...args], document, {
      cwd: serverless.serviceDir,
      env: { ...env, PYTHONSAFEPATH: '1', PYTHONUTF8: '1' },
      write,
      seconds,
    });
  } catch (error) {
    if (error.name === 'TimeoutError') throw tooSlow(serverless, seconds);
    throw userError(
      serverless,
      'ENGINE_DID_NOT_START',
      `\`${python}\` cannot be run: ${error.message}`,
      'point `custom.leastpriv.python` or `SLS_LEASTPRIV_PYTHON` at a Python that has `sls-leastpriv`',
    );
  }
}

function exitCode(python, words, document, { cwd, env, write, seconds }) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, words, {
      cwd,
      env,
      stdio: ['pipe', write ? 'pipe' : 'inherit', write ? 'pipe' : 'inherit'],
      windowsHide: true,
    });
    const outputs = write ? [child.stdout, child.stderr] : [];
    for (const stream of outputs) stream.setEncoding('utf8').on('data', write);
    const tooLong = () => {
      child.kill('SIGKILL');
      // a process that it started can outlive it and hold them
      for (const stream of outputs) stream.destroy();
      reject(Object.assign(new Error(), { name: 'TimeoutError' }));
    };
    const timer = seconds === undefined ? undefined : setTimeout(tooLong, seconds * 1000);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    // an engine that refuses its arguments does not read to the end
    child.stdin.on('error', () => {});
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === null ? OUR_BUG : code);
    });
    child.stdin.end(document);
  });
}

function tooSlow(serverless, seconds) {
  const help = 'see whether AWS can be reached from here; a proxy is named by `HTTPS_PROXY`';
  return userError(serverless, 'ENGINE_TOO_SLOW', `the engine took longer than ${seconds} seconds`, help);
}

module.exports = { runEngine };
