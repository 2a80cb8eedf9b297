'use strict';

const path = require('node:path');
const { deployerEnvironment } = require('../deployer');
const { runEngine } = require('../engine');
const { handOff } = require('../handoff');
const { FOLDER, readTemplates } = require('../package-folder');
const { findPython } = require('../python');
const { packagedBefore } = require('./packaged');

// a check that AWS keeps waiting must not keep a deploy waiting for ever; the engine has shorter limits of its own
const ENGINE_SECONDS = 120;
// on first use; with an index nearby it takes some 15 seconds
const PYTHON_SECONDS = 180;
// a Python without the engine, and one that the engine does not load in, end with the code that means "found something"
const CRASH = /No module named '?sls_leastpriv|^Traceback \(most recent call last\)/m;

/**
 * Asks the engine whether the deployer may do what a command does: one hand-off, of what is resolved and packaged at this
 * point. → `{ code, crashed }`
 */
async function ask(serverless, options, { command, mode, configuration, framework, secrets }) {
  const environment = { ...process.env };
  const python = await findPython({ serverless, environment, seconds: PYTHON_SECONDS });
  const session = { framework, variables: { list: [] }, intercepted: [], environment: { ...environment, ...secrets } };
  const plugins = await require('../scan/scan').scanPlugins(configuration, serverless, framework);
  const only = command === 'deploy function' ? options.function : undefined;
  const parts = { configuration, images: [], plugins, only, ...stateOf(serverless, command) };
  const document = handOff(serverless, session, parts);
  const args = ['check', '--handoff', '-', '--mode', mode, '--commands', command.replace(' ', '-')];
  const env = await deployerEnvironment(serverless, options, environment);
  let output = '';
  const write = (text) => {
    output += text;
    // through the Framework's own stream, which keeps its progress line in order; its stdout stays its own
    process.stderr.write(text);
  };
  const code = await runEngine(serverless, python, args, document, { env, write, seconds: ENGINE_SECONDS });
  return { code, crashed: code !== 0 && CRASH.test(output) };
}

/** The template: what `deploy` has just packaged, what `remove` will delete as far as it is known here, else none. */
function stateOf(serverless, command) {
  const nothing = { template: null, nestedTemplates: {}, stateFile: null };
  // whatever `--package` says, the Framework copies into its own folder before it deploys
  if (command === 'deploy') return { ...nothing, ...readTemplates(path.join(serverless.serviceDir, FOLDER)) };
  if (command === 'package') return nothing;
  const before = packagedBefore(serverless);
  if (!before) return nothing;
  return command === 'remove' ? before : { ...nothing, stateFile: before.stateFile };
}

module.exports = { ask };
