'use strict';

const { explained, rememberHooks } = require('./blame');
const { asksAws, engineArguments, needsPackager } = require('./commands');
const { replaceCode } = require('./code');
const { deployerEnvironment, withProfile } = require('./deployer');
const { runEngine } = require('./engine');
const { userError } = require('./errors');
const { configurationOf, handOff } = require('./handoff');
const { clearProgress } = require('./output');
const { ASIDE, PackageFolder, readTemplates } = require('./package-folder');
const { findPython } = require('./python');

/** One verb: packages the service, hands it over, and ends with the engine's exit code. */
async function runVerb({ verb, asked, serverless, options, session }) {
  const provider = serverless.getProvider('aws');
  requireAws(serverless, provider);
  const python = await findPython({ serverless, environment: session.environment });
  const parts = await packaged(serverless, session, provider.getRegion());
  if (!session.framework.modules) require('./version-4').addVariables(serverless, session);
  const plugins = await require('./scan/scan').scanPlugins(parts.configuration, serverless, session.framework);
  const document = handOff(serverless, session, { ...parts, plugins });
  const args = [verb, ...engineArguments(asked, options), '--handoff', '-'];
  if (needsPackager(asked, options)) args.push('--packager', require('./packager').packagerOf(options));
  clearProgress(session.framework);
  const env = await environmentOf(asked, options, serverless, session);
  const code = await runEngine(serverless, python, args, document, { env });
  session.finished = true;
  process.exitCode = code;
}

/** Packages with the user's package folder moved aside. */
async function packaged(serverless, session, region) {
  const { service, pluginManager } = serverless;
  const configuration = configurationOf(serverless);
  const folder = new PackageFolder(serverless.serviceDir);
  const { images, removeCode } = replaceCode(service, region, ownRepository(serverless), session.intercepted);
  // what was moved aside is no part of the code; and nothing is copied to the user's package path
  service.package.patterns = [...(service.package.patterns || []), `!${ASIDE}*/**`];
  delete service.package.path;
  const placeOf = rememberHooks(pluginManager);
  folder.borrow();
  try {
    await pluginManager.spawn('package');
    return { configuration, images, ...readTemplates(folder.folder) };
  } catch (error) {
    throw explained(serverless, error, placeOf(error));
  } finally {
    folder.putBack();
    removeCode();
  }
}

/** The repository that the service's own images are pushed to, in the Framework's own naming. */
const ownRepository = (serverless) => serverless.getProvider('aws').naming.getEcrRepositoryName();

function requireAws(serverless, provider) {
  if (provider) return;
  throw userError(serverless, 'NO_AWS_PROVIDER', 'the service is not deployed to AWS', 'set `provider.name` to `aws`');
}

/** The environment as it was; for a verb that asks AWS, with the credentials of the Framework. */
function environmentOf(asked, options, serverless, session) {
  if (!asksAws(asked, options)) return withProfile(session.environment, options, serverless);
  session.goOnline();
  return deployerEnvironment(serverless, options, session.environment);
}

module.exports = { runVerb };
