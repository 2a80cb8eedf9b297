'use strict';

const { CREDENTIALS } = require('./credentials');
const { hasToken } = require('./placeholders');

const SDK_REMOVED = 'AWS_SDK_V2_SURFACE_REMOVED';

/**
 * The environment of an engine that asks AWS: with the credentials that the Framework uses and no others, so that the engine
 * answers for the same principal. Where the Framework has none, boto3 looks for them in the environment as it is.
 */
async function deployerEnvironment(serverless, options, environment) {
  const provider = serverless.getProvider('aws');
  const credentials = await credentialsOf(provider);
  const region = provider.getRegion();
  const found = credentials ? withCredentials(environment, credentials) : withProfile(environment, options, serverless);
  // boto3 reads the second
  return { ...found, AWS_REGION: region, AWS_DEFAULT_REGION: region };
}

/** The Framework's credentials; null where it has none, or where it cannot get them and will say so itself. */
async function credentialsOf(provider) {
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = (await frameworkCredentials(provider)) || {};
    return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : null;
  } catch {
    return null;
  }
}

/**
 * serverless 3 and osls 3 deploy with an object of the AWS SDK 2, got synchronously and resolved by its promise; serverless 4
 * promises the keys; osls 4 has a stub that throws, and a provider of the AWS SDK 3. Late osls 3 has both, and deploys with the
 * first. Each is kept by the Framework, so that nobody is asked for a second MFA code.
 */
async function frameworkCredentials(provider) {
  try {
    const got = await provider.getCredentials();
    // `credentials` is missing where the SDK would look further by itself
    const keys = got.credentials || got;
    if (typeof keys.getPromise === 'function') await keys.getPromise();
    return keys;
  } catch (error) {
    if (error.code !== SDK_REMOVED && typeof provider.getCredentials === 'function') throw error;
  }
  const { credentials } = await provider.getAwsSdkV3Config();
  return typeof credentials === 'function' ? credentials() : credentials;
}

function withCredentials(environment, { accessKeyId, secretAccessKey, sessionToken }) {
  const kept = Object.entries(environment).filter(([name]) => !CREDENTIALS.test(name) && name !== 'AWS_CREDENTIAL_EXPIRATION');
  return {
    ...Object.fromEntries(kept),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken ? { AWS_SESSION_TOKEN: sessionToken } : {}),
  };
}

/** The environment as it is, with the profile that the Framework would use. */
function withProfile(environment, options, { service }) {
  const profile = options['aws-profile'] || service.provider.profile;
  return typeof profile === 'string' && !hasToken(profile) ? { ...environment, AWS_PROFILE: profile } : environment;
}

module.exports = { deployerEnvironment, withProfile };
