'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { interpreters } = require('./interpreters');
const { alone } = require('./lock');
const {
  LOCK,
  PACKAGE,
  SOURCES,
  cacheFolder,
  environmentKey,
  executable,
  existingEnvironment,
  isClone,
} = require('./private-python');
const { outputOf } = require('./subprocess');

const say = (text) => process.stderr.write(`leastpriv: ${text}\n`);

/** Makes the private environment of this version of the package, in the cache folder. → its Python. */
async function makeEnvironment({ environment, platform, signal, packageFolder = PACKAGE }) {
  const where = { environment, platform, signal, packageFolder };
  const cache = cacheFolder(where);
  const key = environmentKey(packageFolder);
  return alone(path.join(cache, `${key}.lock`), () => make(cache, key, where), {
    found: () => existingEnvironment(where),
    waiting: () => say('waiting for another process that makes the Python environment'),
    signal,
  });
}

/**
 * Built aside and renamed, so that a half-made environment is never found. Nothing of it but its `python` is run, which finds
 * its packages from where it is.
 */
async function make(cache, key, where) {
  const making = `${key}-making-`;
  // left by processes that were killed; we hold the lock
  for (const name of fs.readdirSync(cache))
    if (name.startsWith(making)) fs.rmSync(path.join(cache, name), { recursive: true, force: true });
  const aside = fs.mkdtempSync(path.join(cache, making));
  try {
    const folder = path.join(aside, 'environment');
    say(`making a Python environment in ${cache} (once for this version; some 15 seconds)`);
    const version = await built(folder, sourcesOf(aside, where.packageFolder), where);
    const home = path.join(cache, `${key}-py${version}`);
    // one whose Python has been removed
    fs.rmSync(home, { recursive: true, force: true });
    fs.renameSync(folder, home);
    return executable(home, where.platform);
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
}

/** Tries one way after the other. → the Python version, `3.12`. */
async function built(folder, sources, { environment, platform, signal }) {
  const refused = [];
  let lacksVenv;
  for await (const way of interpreters({ environment, platform, signal })) {
    if (way.refused) {
      refused.push(`\`${way.name}\` ${way.refused}`);
      lacksVenv = lacksVenv || way.lacksVenv;
      continue;
    }
    fs.rmSync(folder, { recursive: true, force: true });
    const python = executable(folder, platform);
    const failure = await failureOf(
      [...way.steps(folder, python), ...installs(way, python, sources), check(python)],
      environment,
      signal,
    );
    if (!failure) return (await outputOf([python, '-c', VERSION], environment)).stdout.trim();
    refused.push(`\`${way.name}\` failed: ${failure}`);
  }
  throw notFound(refused, installCommand(platform, lacksVenv));
}

const VERSION = 'import sys; print("%d.%d" % sys.version_info[:2])';
const check = (python) => [python, '-c', 'import sls_leastpriv, yaml'];

/**
 * Nothing is installed whose hash the lock does not name, what builds the engine included. A working copy that has no lock
 * installs what pyproject.toml allows.
 */
function installs(way, python, sources) {
  const lock = path.join(sources, LOCK);
  if (!fs.existsSync(lock)) return [way.install(python, [sources])];
  const engine = isClone(sources)
    ? [python, '-c', LEAD_TO, sources]
    : way.install(python, ['--no-deps', '--no-build-isolation', '--no-index', sources]);
  return [way.install(python, ['--require-hashes', '--requirement', lock]), engine];
}

// https://docs.python.org/3/library/site.html
const LEAD_TO =
  'import pathlib, sys, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "leastpriv.pth").write_text(sys.argv[1], "utf-8")';

async function failureOf(commands, environment, signal) {
  // variables that lead a Python to other packages than its own
  const { PYTHONPATH, PYTHONHOME, VIRTUAL_ENV, ...rest } = environment;
  for (const command of commands) {
    const { code, stderr } = await outputOf(command, rest, signal);
    if (code !== 0) return `${command.map((word) => path.basename(word)).join(' ')}\n${lastLines(stderr)}`;
  }
  return null;
}

const lastLines = (text) => text.trim().split('\n').slice(-8).join('\n');

/**
 * pip writes beside the sources that it builds, and the npm package may be read-only or in an archive: so from a copy. From a clone
 * nothing is built: its environment leads to the engine that is there, so that it is never an older one.
 */
function sourcesOf(aside, packageFolder) {
  if (isClone(packageFolder)) return packageFolder;
  const target = path.join(aside, 'sources');
  for (const name of SOURCES) copy(path.join(packageFolder, name), path.join(target, name));
  return target;
}

// by reading and writing: Yarn's archives can be read but not copied by the system
function copy(from, to) {
  if (!fs.existsSync(from) || path.basename(from) === '__pycache__') return;
  if (!fs.statSync(from).isDirectory()) {
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.writeFileSync(to, fs.readFileSync(from));
    return;
  }
  for (const name of fs.readdirSync(from)) copy(path.join(from, name), path.join(to, name));
}

function notFound(refused, next) {
  const tried = refused.map((one) => `\n  ${one}`).join('');
  return Object.assign(new Error(`no Python 3.11 or newer can be set up for the engine${tried}`), {
    code: 'PYTHON_NOT_FOUND',
    help: `run \`${next}\`, or point \`SLS_LEASTPRIV_PYTHON\` at a Python that has \`sls-leastpriv\``,
  });
}

/** The command that installs what is missing. `lacksVenv`: the version of a Python that is new enough but has no `venv`. */
function installCommand(platform, lacksVenv) {
  if (platform === 'darwin') return 'brew install python@3.13';
  if (platform === 'win32') return 'winget install Python.Python.3.13';
  const release = fs.existsSync('/etc/os-release') ? fs.readFileSync('/etc/os-release', 'utf8') : '';
  const family = (release.match(/^ID(_LIKE)?=.*$/gm) || []).join(' ');
  if (/amzn|fedora|rhel|centos/.test(family)) return 'sudo dnf install python3.11';
  if (/debian|ubuntu/.test(family)) return `sudo apt install python${lacksVenv || '3.11'}-venv`;
  if (/alpine/.test(family)) return 'apk add python3';
  return 'curl -LsSf https://astral.sh/uv/install.sh | sh';
}

module.exports = { makeEnvironment };
