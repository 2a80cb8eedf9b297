'use strict';

const fs = require('node:fs');
const path = require('node:path');

const BEAT = 2_000;
const STALE = 15_000;
const POLL = 200;

/**
 * Runs `work` while no other process does under the same name. The lock is a folder, which only one process can make; its
 * holder touches it while it works, so that one left by a process that was killed is told apart.
 *
 * `found()` is asked between tries: once it returns something, another process has done the work. An aborted `signal` ends the
 * waiting.
 */
async function alone(folder, work, { found, waiting, signal }) {
  let told = false;
  while (!tryLock(folder)) {
    const there = found();
    if (there) return there;
    if (!breakStale(folder) && !told) {
      told = true;
      waiting();
    }
    await new Promise((resolve) => setTimeout(resolve, POLL));
    if (signal) signal.throwIfAborted();
  }
  const beat = setInterval(() => touch(folder), BEAT);
  const release = () => fs.rmSync(folder, { recursive: true, force: true });
  process.on('exit', release);
  try {
    return found() || (await work());
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

function tryLock(folder) {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  try {
    fs.mkdirSync(folder);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a stale lock away; a rename can only be done by one of those who try. */
function breakStale(folder) {
  const aside = `${folder}-stale-${process.pid}`;
  try {
    if (Date.now() - fs.statSync(folder).mtimeMs < STALE) return false;
    fs.renameSync(folder, aside);
  } catch {
    return false;
  }
  fs.rmSync(aside, { recursive: true, force: true });
  return true;
}

function touch(folder) {
  try {
    fs.utimesSync(folder, new Date(), new Date());
  } catch {
    // broken by another process after this one slept; the rename that ends the work settles who is first
  }
}

module.exports = { alone };
