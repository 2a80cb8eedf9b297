'use strict';

const { answerTo } = require('./aws-answers');
const { refusal } = require('./refusal');
const { BUCKET } = require('./placeholders');

const SERVICES = { sts: 'STS', cloudformation: 'CloudFormation', ecr: 'ECR', ssm: 'SSM', s3: 'S3', lambda: 'Lambda' };

/** Answers the AWS calls of the Framework's provider here, or refuses them; `intercepted` lists them. → undoes it */
function interceptAwsCalls(serverless, framework, intercepted) {
  const provider = serverless.getProvider('aws');
  if (!provider) return () => {};
  const note = (service, operation) => intercepted.push({ service, operation });
  const names = [];
  const own = (name, value) => {
    names.push(name);
    Object.defineProperty(provider, name, { value, configurable: true, writable: true });
  };
  intercept(serverless, provider, framework, own, note);
  // below are the methods of its class
  return () => names.forEach((name) => delete provider[name]);
}

function intercept(serverless, provider, framework, own, note) {

  if (typeof provider.getAwsSdkV3Config === 'function') {
    own('getAwsSdkV3Config', async (options = {}) => localConfig(provider, options, note));
  }
  // osls 4 has `request` and `getCredentials` too: stubs that say what to use instead, which are better kept
  if (framework.name === 'osls' && !framework.version.startsWith('3.')) return;
  own('request', async (service, method, params) => requested(serverless, service, method, params, note));
  if (framework.modules) own('getCredentials', () => ({ region: provider.getRegion() }));
  else interceptVersion4(provider, own, note);
}

/**
 * serverless 4 creates its bucket while it packages, and asks for credentials to do so. Its own choice of the bucket is kept
 * where it needs no call; https://github.com/serverless/serverless/blob/main/packages/serverless/lib/plugins/aws/provider.js
 */
function interceptVersion4(provider, own, note) {
  own('getCredentials', async () => {
    note('Credentials', 'getCredentials');
    throw refusal('the deployer’s credentials');
  });
  own('getServerlessDeploymentBucketName', async () => {
    const { deploymentBucket } = provider.serverless.service.provider;
    Object.assign(provider, { globalDeploymentBucketUsed: false, deploymentBucketInStack: null });
    if (deploymentBucket) return deploymentBucket;
    note('S3', 'getServerlessDeploymentBucketName');
    if (provider.isLegacyDeploymentBucketEnabled) return null;
    provider.globalDeploymentBucketUsed = true;
    return BUCKET;
  });
}

async function requested(serverless, service, method, params, note) {
  const name = typeof service === 'string' ? service : service.name;
  const operation = method.charAt(0).toUpperCase() + method.slice(1);
  note(name, operation);
  const answer = answerTo(name, operation, params);
  if (!answer) throw refusal(`${name}.${operation}`);
  if (!answer.error) return answer.result;
  const error = new serverless.classes.Error(answer.error.message, 'AWS_VALIDATION_ERROR');
  throw Object.assign(error, {
    providerError: { ...answer.error, statusCode: 400 },
    providerErrorCodeExtension: 'VALIDATION_ERROR',
  });
}

/** The configuration of an AWS SDK client that never opens a connection. */
function localConfig(provider, options, note) {
  const { credentials, profile, service, region, ...rest } = options;
  return {
    ...rest,
    region: region === undefined ? provider.getRegion() : region,
    // requests are signed before they reach the handler
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 1,
    requestHandler: { handle: async (request) => ({ response: respond(request, note) }), destroy() {} },
  };
}

function respond(request, note) {
  const label = request.hostname.split('.').find((one) => SERVICES[one]) || request.hostname.split('.')[0];
  const service = SERVICES[label] || label;
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
  const target = request.headers['x-amz-target'];
  const operation = target ? target.split('.').pop() : form.get('Action') || `${request.method} ${request.path}`;
  note(service, operation);
  const answer = answerTo(service, operation, Object.fromEntries(form));
  if (!answer) throw refusal(`${service}.${operation}`);
  return {
    statusCode: answer.error ? 400 : 200,
    headers: { 'content-type': target ? 'application/x-amz-json-1.1' : 'text/xml' },
    body: Buffer.from(answer.body),
  };
}

module.exports = { interceptAwsCalls };
