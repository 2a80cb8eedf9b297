'use strict';

const fs = require('node:fs');
const path = require('node:path');

const FOLDER = '.serverless';
const ASIDE = '.serverless-before-leastpriv-';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * The folder that the Framework packages into. It is always `.serverless` in the service's directory: every Framework writes
 * there first, whatever `package.path` and `--package` say, and copies from there. What our commands package holds
 * placeholders and must not be deployed, so the user's own folder is moved aside and put back.
 */
class PackageFolder {
  constructor(serviceDir) {
    this.folder = path.join(serviceDir, FOLDER);
    this.aside = path.join(serviceDir, `${ASIDE}${process.pid}`);
    this.borrowed = false;
    this.putBack = this.putBack.bind(this);
    this.interrupted = this.interrupted.bind(this);
  }

  /** Moves the user's folder aside, until `putBack`; also when the process ends before. */
  borrow() {
    recover(path.dirname(this.folder));
    if (fs.existsSync(this.folder)) fs.renameSync(this.folder, this.aside);
    this.borrowed = true;
    process.on('exit', this.putBack);
    for (const signal of SIGNALS) process.on(signal, this.interrupted);
  }

  putBack() {
    if (!this.borrowed) return;
    this.borrowed = false;
    process.off('exit', this.putBack);
    for (const signal of SIGNALS) process.off(signal, this.interrupted);
    fs.rmSync(this.folder, { recursive: true, force: true });
    if (fs.existsSync(this.aside)) fs.renameSync(this.aside, this.folder);
  }

  interrupted(signal) {
    this.putBack();
    // the default of the signal, now that our listener is gone
    process.kill(process.pid, signal);
  }
}

/** Puts back, or drops when there is a newer one, what a process that was killed had moved aside. */
function recover(serviceDir) {
  for (const name of fs.readdirSync(serviceDir)) {
    if (!name.startsWith(ASIDE) || isAlive(Number(name.slice(ASIDE.length)))) continue;
    const folder = path.join(serviceDir, FOLDER);
    if (fs.existsSync(folder)) fs.rmSync(path.join(serviceDir, name), { recursive: true, force: true });
    else fs.renameSync(path.join(serviceDir, name), folder);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The templates in a package folder: the update-stack template, and those of nested stacks by file name. */
function readTemplates(folder) {
  const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  const nested = fs.readdirSync(folder).filter((name) => /^cloudformation-template-.*nested-stack.*\.json$/.test(name));
  return {
    template: read('cloudformation-template-update-stack.json'),
    nestedTemplates: Object.fromEntries(nested.sort().map((name) => [name, read(name)])),
  };
}

module.exports = { ASIDE, FOLDER, PackageFolder, readTemplates };
