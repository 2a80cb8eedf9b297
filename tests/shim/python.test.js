'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { findPython } = require('../../shim/python');
const { cacheFolder, environmentKey, executable, existingEnvironment } = require('../../shim/private-python');
const { makeEnvironment } = require('../../shim/provision');
const { FAKES, REPOSITORY, contents, ended, temporaryFolder } = require('./support/frameworks');

const windows = { skip: process.platform === 'win32' && 'the fake interpreters are shell scripts' };
const platform = process.platform;

/** A PATH with fake interpreters, a package and an empty cache. `fakes`: name to settings. */
function setUp(t, fakes) {
  const folder = temporaryFolder(t);
  const bin = path.join(folder, 'bin');
  fs.mkdirSync(bin);
  for (const [name, settings] of Object.entries(fakes)) {
    fs.copyFileSync(path.join(FAKES, name === 'uv' ? 'uv.sh' : 'python.sh'), path.join(bin, name));
    fs.writeFileSync(path.join(bin, `${name}.settings`), settings);
  }
  const packageFolder = path.join(folder, 'package');
  const files = {
    'package.json': '{"version": "1.2.3"}',
    'pyproject.toml': 'x',
    'README.md': 'x',
    'sls_leastpriv/__init__.py': '',
    'sls_leastpriv/__pycache__/x.pyc': 'x',
  };
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(packageFolder, name)), { recursive: true });
    fs.writeFileSync(path.join(packageFolder, name), text);
  }
  const log = path.join(folder, 'log');
  fs.writeFileSync(log, '');
  const environment = {
    PATH: bin,
    HOME: folder,
    XDG_CACHE_HOME: path.join(folder, 'cache'),
    FAKE_LOG: log,
    FAKE_PYTHON: path.join(FAKES, 'python.sh'),
  };
  const where = { environment, platform, packageFolder };
  const cache = cacheFolder(where);
  return {
    where,
    cache,
    bin,
    calls: () => fs.readFileSync(log, 'utf8').trim().split('\n'),
    cached: () => (fs.existsSync(cache) ? fs.readdirSync(cache) : []),
  };
}

test('the newest Python that is new enough makes the environment, once', windows, async (t) => {
  const { where, cache, calls, cached } = setUp(t, {
    'python3.12': 'VERSION=3.12',
    'python3.11': 'VERSION=3.11',
    python3: 'VERSION=3.9',
  });
  const python = await makeEnvironment(where);
  assert.equal(python, path.join(cache, `${environmentKey(where.packageFolder)}-py3.12`, 'bin', 'python'));
  assert.deepEqual(cached(), [`${environmentKey(where.packageFolder)}-py3.12`]);
  assert.equal(calls().filter((call) => call.includes('-m venv')).length, 1);
  assert.equal(existingEnvironment({ ...where, environment: { ...where.environment, PATH: '' } }), python);
  assert.equal(await makeEnvironment(where), python);
  assert.equal(calls().filter((call) => call.includes('-m venv')).length, 1);
});

test('the package is copied, not written to; what it depends on comes from its lock', windows, async (t) => {
  const { where, calls } = setUp(t, { python3: 'VERSION=3.13' });
  fs.writeFileSync(path.join(where.packageFolder, 'requirements.lock'), 'PyYAML==6.0.2\n');
  const before = contents(where.packageFolder);
  fs.chmodSync(path.join(where.packageFolder, 'sls_leastpriv'), 0o555);
  fs.chmodSync(where.packageFolder, 0o555);
  try {
    await makeEnvironment(where);
  } finally {
    fs.chmodSync(where.packageFolder, 0o755);
    fs.chmodSync(path.join(where.packageFolder, 'sls_leastpriv'), 0o755);
  }
  assert.deepEqual(contents(where.packageFolder), before);
  const [locked, own] = calls().filter((call) => call.includes('pip install'));
  assert.match(locked, /--require-hashes --requirement .*requirements\.lock$/);
  assert.match(own, /--no-deps --no-build-isolation --no-index .*sources$/);
  assert.ok(!own.includes(where.packageFolder));
});

test('a file whose hash is not the locked one is refused by the real pip', windows, async (t) => {
  const { where, bin, cached } = setUp(t, {});
  const { stdout } = await ended(spawn('python3', ['-c', 'import sys; print(sys.executable, *sys.version_info[:2])']));
  const [python, major, minor] = stdout.trim().split(' ');
  if (Number(major) !== 3 || Number(minor) < 11) return t.skip('needs a python3 that is 3.11 or newer');
  fs.writeFileSync(path.join(bin, 'python3'), `#!/bin/sh\nexec "${python}" "$@"\n`, { mode: 0o755 });
  fs.writeFileSync(path.join(bin, 'leastpriv_probe-1.0-py3-none-any.whl'), 'not what was locked');
  const locked = `leastpriv-probe==1.0 --hash=sha256:${'0'.repeat(64)}\n`;
  fs.writeFileSync(path.join(where.packageFolder, 'requirements.lock'), locked);
  const environment = { ...where.environment, PIP_NO_INDEX: '1', PIP_FIND_LINKS: bin };
  await assert.rejects(makeEnvironment({ ...where, environment }), /DO NOT MATCH THE HASHES/);
  return assert.deepEqual(cached(), []);
});

test('uv comes first', windows, async (t) => {
  const { where, cached, calls } = setUp(t, { uv: '', python3: 'VERSION=3.12' });
  await makeEnvironment(where);
  assert.match(cached()[0], /-py3\.14$/);
  assert.ok(!calls().some((call) => call.startsWith('python3 ')));
});

test('without a Python that fits, the error says what was tried and what to run', windows, async (t) => {
  const { where, cached } = setUp(t, {
    python3: 'VERSION=3.9',
    'python3.12': 'VERSION=3.12 LACKS_VENV=1',
    'python3.13': 'VERSION=3.13 PIP_FAILS=1',
  });
  await assert.rejects(makeEnvironment(where), ({ message, help, code }) => {
    assert.match(message, /no Python 3\.11 or newer/);
    assert.match(message, /`python3` is Python 3\.9/);
    assert.match(message, /`python3\.12` lacks the modules `venv` and `ensurepip`/);
    assert.match(message, /`python3\.13` failed: python -m pip install[^]*no such index/);
    assert.match(help, /^run `.+`, or point `SLS_LEASTPRIV_PYTHON`/);
    return code === 'PYTHON_NOT_FOUND';
  });
  assert.deepEqual(cached(), []);
});

test('a way that fails gives way to the next', windows, async (t) => {
  const { where, cached } = setUp(t, { 'python3.13': 'VERSION=3.13 PIP_FAILS=1', 'python3.12': 'VERSION=3.12' });
  await makeEnvironment(where);
  assert.match(cached().join(), /^[^,]*-py3\.12$/);
});

test('two processes at once make one environment', windows, async (t) => {
  const { where, cached, calls } = setUp(t, { python3: 'VERSION=3.12 VENV_SLEEPS=1' });
  const script = `require(${JSON.stringify(path.join(REPOSITORY, 'shim', 'provision'))}).makeEnvironment(${JSON.stringify(where)}).then((python) => console.log(python))`;
  const results = await Promise.all([1, 2, 3].map(() => ended(spawn(process.execPath, ['-e', script]))));
  assert.deepEqual(new Set(results.map(({ stdout }) => stdout.trim())).size, 1);
  assert.equal(calls().filter((call) => call.includes('-m venv')).length, 1);
  assert.equal(cached().length, 1);
  assert.ok(results.some(({ stderr }) => stderr.includes('waiting for another process')));
});

test('a lock that its holder left, and half of an environment, are in nobody’s way', windows, async (t) => {
  const { where, cache, cached } = setUp(t, { python3: 'VERSION=3.12' });
  const key = environmentKey(where.packageFolder);
  fs.mkdirSync(path.join(cache, `${key}.lock`), { recursive: true });
  fs.utimesSync(path.join(cache, `${key}.lock`), new Date(0), new Date(0));
  fs.mkdirSync(path.join(cache, `${key}-making-abc`, 'environment', 'bin'), { recursive: true });
  fs.mkdirSync(path.join(cache, `${key}-py3.12`));
  assert.equal(existingEnvironment(where), null);
  assert.ok(fs.existsSync(await makeEnvironment(where)));
  assert.deepEqual(cached(), [`${key}-py3.12`]);
});

test('an environment whose Python has been removed is made again', windows, async (t) => {
  const { where } = setUp(t, { python3: 'VERSION=3.12' });
  const python = await makeEnvironment(where);
  fs.rmSync(python);
  fs.symlinkSync('/does/not/exist', python);
  assert.equal(existingEnvironment(where), null);
  assert.equal(await makeEnvironment(where), python);
  assert.ok(fs.existsSync(python));
});

test('the key changes with the version and with what is installed', (t) => {
  const { where } = setUp(t, {});
  const key = environmentKey(where.packageFolder);
  assert.match(key, /^1\.2\.3-[0-9a-f]{8}$/);
  fs.writeFileSync(path.join(where.packageFolder, 'requirements.lock'), 'PyYAML==6.0.2');
  assert.notEqual(environmentKey(where.packageFolder), key);
});

test('the environment of a clone leads to the engine in the clone', windows, async (t) => {
  const { where, cached, calls } = setUp(t, { python3: 'VERSION=3.13' });
  fs.writeFileSync(path.join(where.packageFolder, 'requirements.lock'), 'PyYAML==6.0.2\n');
  const released = environmentKey(where.packageFolder);
  fs.mkdirSync(path.join(where.packageFolder, '.git'));
  await makeEnvironment(where);
  assert.deepEqual(cached(), [`${environmentKey(where.packageFolder)}-py3.13`]);
  assert.ok(environmentKey(where.packageFolder).startsWith(`${released}-`));
  assert.equal(calls().filter((call) => call.includes('--no-index')).length, 0);
  assert.equal(calls().filter((call) => call.includes('leastpriv.pth') && call.includes(where.packageFolder)).length, 1);
});

test('the cache folder of each system', () => {
  const folder = (system, environment) => cacheFolder({ platform: system, environment });
  assert.equal(folder('linux', { HOME: '/h' }), path.join('/h', '.cache', 'serverless-leastpriv'));
  assert.equal(folder('linux', { HOME: '/h', XDG_CACHE_HOME: '/x' }), path.join('/x', 'serverless-leastpriv'));
  assert.equal(folder('darwin', { HOME: '/h' }), path.join('/h', 'Library', 'Caches', 'serverless-leastpriv'));
  assert.equal(folder('win32', { LOCALAPPDATA: '/l' }), path.join('/l', 'serverless-leastpriv'));
  assert.equal(folder('win32', { USERPROFILE: '/u' }), path.join('/u', 'AppData', 'Local', 'serverless-leastpriv'));
  assert.equal(executable('/e', 'win32'), path.join('/e', 'Scripts', 'python.exe'));
});

test('the settings come before the environment, and both before a private environment', async (t) => {
  const { where } = setUp(t, {});
  const serverless = {
    serviceDir: path.resolve('/service'),
    service: { custom: { leastpriv: { python: 'venv/bin/python' } } },
  };
  const environment = { ...where.environment, SLS_LEASTPRIV_PYTHON: '/theirs' };
  assert.equal(await findPython({ serverless, environment }), path.resolve('/service/venv/bin/python'));
  serverless.service.custom.leastpriv.python = 'python3.12';
  assert.equal(await findPython({ serverless, environment }), 'python3.12');
  serverless.service = {};
  assert.equal(await findPython({ serverless, environment }), '/theirs');
});

const real = {
  skip: process.env.LEASTPRIV_TEST_PROVISION
    ? false
    : 'set LEASTPRIV_TEST_PROVISION=1 to install from the package index',
  timeout: 300_000,
};

test('a real environment runs the engine', real, async (t) => {
  const { where } = setUp(t, {});
  const packageFolder = path.join(temporaryFolder(t), 'package');
  for (const name of ['package.json', 'pyproject.toml', 'requirements.lock', 'README.md', 'LICENSE', 'sls_leastpriv']) {
    fs.cpSync(path.join(REPOSITORY, name), path.join(packageFolder, name), {
      recursive: true,
      filter: (file) => !file.includes('__pycache__'),
    });
  }
  const environment = {
    ...process.env,
    XDG_CACHE_HOME: where.environment.XDG_CACHE_HOME,
    PYTHONPATH: '/does/not/exist',
  };
  const python = await makeEnvironment({ environment, platform, packageFolder });
  const { code, stdout } = await ended(spawn(python, ['-m', 'sls_leastpriv', '--version'], { cwd: packageFolder }));
  assert.equal(code, 0);
  assert.match(stdout, /^sls-leastpriv \d/);
});
