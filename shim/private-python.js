'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const PACKAGE = path.join(__dirname, '..');
const LOCK = 'requirements.lock';
// what pip needs to install the engine from the npm package
const SOURCES = ['pyproject.toml', LOCK, 'README.md', 'LICENSE', 'sls_leastpriv'];

/** Where private environments are kept: never in node_modules, which can be read-only, an archive or shared. */
function cacheFolder({ environment, platform }) {
  const home = environment.HOME || environment.USERPROFILE || os.homedir();
  if (platform === 'win32')
    return path.join(environment.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'serverless-leastpriv');
  if (environment.XDG_CACHE_HOME) return path.join(environment.XDG_CACHE_HOME, 'serverless-leastpriv');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'serverless-leastpriv');
  return path.join(home, '.cache', 'serverless-leastpriv');
}

/** Whether the package is a clone of the repository, whose engine changes without its version. */
const isClone = (packageFolder) => fs.existsSync(path.join(packageFolder, '.git'));

/** The key of an environment but for its Python version: the package's version and what it installs; for a clone, its place. */
function environmentKey(packageFolder = PACKAGE) {
  const { version } = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));
  const lock = [LOCK, 'pyproject.toml']
    .map((name) => path.join(packageFolder, name))
    .find((file) => fs.existsSync(file));
  const place = isClone(packageFolder) ? `-${digest(packageFolder)}` : '';
  return `${version}-${digest(fs.readFileSync(lock))}${place}`;
}

const digest = (data) => crypto.createHash('sha256').update(data).digest('hex').slice(0, 8);

const executable = (folder, platform) =>
  platform === 'win32' ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python');

/** The Python of an environment that is complete, the newest first; null when there is none. */
function existingEnvironment(where) {
  const cache = cacheFolder(where);
  const prefix = `${environmentKey(where.packageFolder)}-py3.`;
  const minor = (name) => Number(name.slice(prefix.length));
  const names = listed(cache).filter((name) => name.startsWith(prefix) && Number.isInteger(minor(name)));
  const pythons = names
    .sort((one, other) => minor(other) - minor(one))
    .map((name) => executable(path.join(cache, name), where.platform));
  // it links to the Python that it was made with, which can have been removed since
  return pythons.find((python) => fs.existsSync(python)) || null;
}

function listed(folder) {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

module.exports = { LOCK, PACKAGE, SOURCES, cacheFolder, environmentKey, executable, existingEnvironment, isClone };
