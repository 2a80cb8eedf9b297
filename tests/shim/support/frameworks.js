'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const REPOSITORY = path.join(__dirname, '..', '..', '..');
const FAKES = path.join(__dirname, 'fakes');
const FIXTURES = path.join(__dirname, '..', 'fixtures');
const FRAMEWORKS = { 'serverless 3': 'serverless3', 'osls 3': 'osls3', 'osls 4': 'osls' };

/**
 * The command-line programs of the Frameworks, from this repository's node_modules, or from `LEASTPRIV_CLIS`: a JSON object
 * of the names above to files. → a Map of name to file, null where there is none
 */
function frameworks() {
  const given = JSON.parse(process.env.LEASTPRIV_CLIS || '{}');
  return new Map(Object.entries(FRAMEWORKS).map(([name, module]) => [name, given[name] || installed(module)]));
}

function installed(module) {
  try {
    return path.join(
      path.dirname(require.resolve(`${module}/package.json`, { paths: [REPOSITORY] })),
      'bin',
      'serverless.js',
    );
  } catch {
    return null;
  }
}

/** `node:test` options for a test that needs a Framework. */
const needs = (cli) => ({ skip: cli ? false : 'the Framework is not installed: run `npm install`' });

function temporaryFolder(t) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'leastpriv-test-')));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of a fixture service that loads the plugin of this repository; `files` are written over it. */
function service(t, fixture, files = {}) {
  const folder = path.join(temporaryFolder(t), 'service');
  fs.cpSync(path.join(FIXTURES, fixture), folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'plugin.js'), `module.exports = require(${JSON.stringify(REPOSITORY)});\n`);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/**
 * Runs a Framework in a service as a process of its own: without credentials, without a network but this machine, with the
 * fake engine. → `{ code, stdout, stderr, argv, handoff, environment, network }`
 */
async function run(cli, folder, words, extra = {}) {
  const notes = fs.mkdtempSync(path.join(path.dirname(folder), 'notes-'));
  const note = (name) => path.join(notes, name);
  const env = {
    PATH: process.env.PATH,
    HOME: notes,
    CI: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    SLS_TELEMETRY_DISABLED: '1',
    SLS_NOTIFICATIONS_MODE: 'off',
    // compiling the configuration schema takes longer than the rest of a run
    SLS_SCHEMA_CACHE_BASE_DIR: path.join(os.tmpdir(), 'leastpriv-test-schemas'),
    NODE_OPTIONS: `--require ${JSON.stringify(path.join(FAKES, 'no-network.js'))}`,
    SLS_LEASTPRIV_PYTHON: path.join(FAKES, 'engine.js'),
    LEASTPRIV_TEST_ARGV: note('argv'),
    LEASTPRIV_TEST_STDIN: note('stdin'),
    LEASTPRIV_TEST_ENVIRONMENT: note('environment'),
    LEASTPRIV_TEST_NETWORK: note('network'),
    ...extra,
  };
  const result = await ended(spawn(process.execPath, [cli, ...words], { cwd: folder, env }));
  const read = (name) => (fs.existsSync(note(name)) ? fs.readFileSync(note(name), 'utf8') : null);
  const parsed = (name) => JSON.parse(read(name));
  return {
    ...result,
    argv: parsed('argv'),
    stdin: read('stdin'),
    handoff: parsed('stdin'),
    environment: parsed('environment'),
    network: read('network'),
  };
}

function ended(child) {
  return new Promise((resolve, reject) => {
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (data) => (texts[name] += data));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}

/** The contents of a folder: names to texts. */
function contents(folder) {
  const found = {};
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath || entry.path, entry.name);
    if (entry.isFile()) found[path.relative(folder, file)] = fs.readFileSync(file, 'utf8');
  }
  return found;
}

module.exports = { FAKES, REPOSITORY, contents, ended, frameworks, needs, run, service, temporaryFolder };
