'use strict';

/** `npm ci` in the nearest folder with a lock file, from the service upwards to the repository. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { fail } = require('./workflow');

const { GITHUB_WORKSPACE, LEASTPRIV_FOLDER } = process.env;
const LOCKS = ['package-lock.json', 'npm-shrinkwrap.json'];

let folder = path.resolve(GITHUB_WORKSPACE, LEASTPRIV_FOLDER);
while (!LOCKS.some((name) => fs.existsSync(path.join(folder, name)))) {
  if (folder === path.resolve(GITHUB_WORKSPACE) || folder === path.dirname(folder)) {
    fail('there is no npm lock file', 'install the dependencies in a step of your own, and give `install: false`');
  }
  folder = path.dirname(folder);
}
const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
if (status !== 0) fail('`npm ci` failed', 'see its output above');
