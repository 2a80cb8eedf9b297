'use strict';

const { explained, rememberHooks } = require('./blame');
const { engineArguments } = require('./commands');
const { replaceCode } = require('./code');
const { runEngine } = require('./engine');
const { userError } = require('./errors');
const { configurationOf, handOff } = require('./handoff');
const { clearProgress } = require('./output');
const { ASIDE, PackageFolder, readTemplates } = require('./package-folder');
const { hasToken } = require('./placeholders');
const { findPython } = require('./python');

/** One verb: packages the service, hands it over, and ends with the engine's exit code. */
async function runVerb({ verb, asked, serverless, options, session }) {
  const provider = serverless.getProvider('aws');
  requireAws(serverless, provider);
  const python = await findPython({ serverless, environment: session.environment });
  const parts = await packaged(serverless, session, provider.getRegion());
  if (!session.framework.modules) require('./version-4').addVariables(serverless, session);
  const document = handOff(serverless, session, parts);
  const args = [verb, ...engineArguments(asked, options), '--handoff', '-'];
  clearProgress(session.framework);
  const code = await engineCode(serverless, python, args, document, environmentOf(session, options, serverless));
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

async function engineCode(serverless, python, args, document, env) {
  try {
    return await runEngine(python, args, document, { cwd: serverless.serviceDir, env });
  } catch (error) {
    throw userError(
      serverless,
      'ENGINE_DID_NOT_START',
      `\`${python}\` cannot be run: ${error.message}`,
      'point `custom.leastpriv.python` or `SLS_LEASTPRIV_PYTHON` at a Python that has `sls-leastpriv`',
    );
  }
}

/** The environment as it was, with the profile that the Framework would use. */
function environmentOf({ environment }, options, { service }) {
  const profile = options['aws-profile'] || service.provider.profile;
  return typeof profile === 'string' && !hasToken(profile) ? { ...environment, AWS_PROFILE: profile } : environment;
}

module.exports = { runVerb };
