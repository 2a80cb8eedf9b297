'use strict';

const { interceptAwsCalls } = require('./aws-calls');
const { hideCredentials, showCredentials } = require('./credentials');
const { addFallbacks } = require('./fallbacks');
const { frameworkOf } = require('./framework');
const { reserveStdout } = require('./output');
const { fitPlaceholders } = require('./shapes');
const { refuseAwsConnections } = require('./sockets');
const { locate, variablePlaces } = require('./variable-places');
const { PlaceholderVariables, answerByPlaceholders } = require('./variables');

const CANNOT_READ = 3;

/**
 * Takes AWS away from a run of the Framework, in the constructor of the plugin: variables get placeholders, the provider's
 * calls are answered here, credentials and connections to AWS are out of reach. → what happens from now on, and `goOnline()`.
 */
function goOffline(serverless) {
  const framework = frameworkOf(serverless);
  const session = {
    framework,
    environment: { ...process.env },
    intercepted: [],
    variables: new PlaceholderVariables(),
    finished: false,
  };
  reserveStdout(framework);
  const connect = refuseAwsConnections(session.intercepted);
  const call = interceptAwsCalls(serverless, framework, session.intercepted);
  session.goOnline = () => {
    connect();
    call();
    showCredentials(process.env, session.environment);
  };
  const places = variablePlaces(serverless.variablesMeta);
  if (framework.modules) answerByPlaceholders(framework.modules, session.variables);
  onceResolved(serverless.service, () => settle(serverless, session, places));
  failAsUnreadable(session);
  return session;
}

/** Calls back when all variables are resolved, before the Framework merges and validates. `act` says whether there are placeholders. */
function onceResolved(service, act) {
  const reload = service.reloadServiceFileParam;
  const value = function reloadServiceFileParam(...args) {
    delete service.reloadServiceFileParam;
    const hasPlaceholders = act();
    const result = reload.apply(service, args);
    // the patterns of the schema are not made for placeholders
    if (hasPlaceholders) service.configValidationMode = 'off';
    return result;
  };
  Object.defineProperty(service, 'reloadServiceFileParam', { value, configurable: true });
}

function settle(serverless, session, places) {
  // plugins' variable sources and the Framework's read the environment until here
  hideCredentials(process.env);
  const { variables } = session;
  const configuration = serverless.configurationInput;
  const provider = serverless.getProvider('aws');
  const known = {
    configuration,
    environment: session.environment,
    options: serverless.processedInput.options,
    region: provider ? provider.getRegion() : 'us-east-1',
    stage: provider ? provider.getStage() : 'dev',
  };
  addFallbacks(variables, places, known);
  locate(variables, places, configuration);
  if (!variables.list.length) return false;
  fitPlaceholders(configuration, serverless.configSchemaHandler.schema);
  return true;
}

/** The Framework ends with 1 when it fails, which in our contract means that something was found. */
function failAsUnreadable(session) {
  process.on('exit', () => {
    if (!session.finished && process.exitCode === 1) process.exitCode = CANNOT_READ;
  });
}

module.exports = { goOffline };
