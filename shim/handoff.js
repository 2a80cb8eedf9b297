'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { userError } = require('./errors');
const { FOLDER } = require('./package-folder');
const { plainCopy } = require('./plain-copy');
const { withoutSecrets } = require('./secrets');

const VERSION = 1;

// what the Framework's service object holds of the configuration; the rest of the configuration comes as it was written
const LIVE = ['provider', 'functions', 'layers', 'custom', 'plugins', 'package', 'resources', 'outputs'];
const COMPILED = ['compiledCloudFormationTemplate', 'coreCloudFormationTemplate'];

/**
 * The resolved configuration, taken before packaging: the Framework and plugins write what they compile into the same
 * objects. Only the functions that plugins add while they package are added, by `withAddedFunctions`.
 */
function configurationOf(serverless) {
  const { service, configurationInput } = serverless;
  const live = Object.fromEntries(LIVE.filter((key) => service[key] !== undefined).map((key) => [key, service[key]]));
  const provider = { ...live.provider };
  for (const key of COMPILED) delete provider[key];
  const copy = plainCopy({ ...configurationInput, ...live, service: service.service, provider });
  if (copy) return copy;
  throw userError(
    serverless,
    'SERVICE_TOO_LARGE',
    'the resolved configuration has more than two million values',
    'look for YAML aliases that repeat each other',
  );
}

function withAddedFunctions(configuration, { functions }) {
  const added = Object.entries(functions || {}).filter(([name]) => !Object.hasOwn(configuration.functions || {}, name));
  return { ...configuration, functions: { ...configuration.functions, ...plainCopy(Object.fromEntries(added)) } };
}

function withOnly(name, service) {
  const isKnown = name !== undefined && Object.hasOwn(service.functions, name);
  return isKnown ? { ...service, functions: { [name]: service.functions[name] } } : service;
}

/**
 * The one document that the engine gets, as text and without secrets. `parts`: the configuration, and what packaging left;
 * there is no template where nothing is packaged. `plugins` are those that were looked into; `only` is the one function that a
 * command is about.
 */
function handOff(serverless, session, parts) {
  const { framework, variables, intercepted, environment } = session;
  const { configuration, template, nestedTemplates, images, plugins, stateFile = stateFileOf(serverless) } = parts;
  const provider = serverless.getProvider('aws');
  const service = withOnly(parts.only, withAddedFunctions(configuration, serverless.service));
  const stack = { name: provider.naming.getStackName(), stage: provider.getStage(), region: provider.getRegion() };
  const documents = { service, template, nestedTemplates, variables: inOrder(variables.list), images };
  return JSON.stringify({
    handoff: VERSION,
    framework: { name: framework.name, version: framework.version },
    serviceDir: serverless.serviceDir,
    configurationFile: serverless.configurationFilename || null,
    stack,
    ...withoutSecrets(documents, environment, [service.service, ...Object.values(stack)]),
    stateFile,
    plugins,
    intercepted: distinct(intercepted),
  });
}

/** By where they stand; in which order they were asked for differs from run to run. */
function inOrder(variables) {
  const key = ({ path, source, address, params }) => JSON.stringify([path, source, address, params]);
  return [...variables].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function distinct(calls) {
  const names = [...new Set(calls.map(({ service, operation }) => JSON.stringify([service, operation])))].sort();
  return names.map((name) => JSON.parse(name)).map(([service, operation]) => ({ service, operation }));
}

function stateFileOf({ serviceDir }) {
  const file = path.join(serviceDir, FOLDER, 'serverless-state.json');
  return fs.existsSync(file) ? file : null;
}

module.exports = { configurationOf, handOff };
