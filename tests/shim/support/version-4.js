'use strict';

// serverless 4 as far as the plugin sees it: an ES module, so nothing of it is in the cache of CommonJS; resolved
// configuration and no trace of variables; a provider that asks AWS for its bucket while it packages.
// https://github.com/serverless/serverless/blob/main/packages/serverless/lib/plugins/aws/provider.js
const fs = require('node:fs');
const path = require('node:path');
const Plugin = require('../../../index.js');

class ServerlessError extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

class AwsProvider {
  constructor(serverless) {
    this.serverless = serverless;
    this.naming = { getStackName: () => 'orders-dev', getEcrRepositoryName: () => 'serverless-orders-dev' };
    this.isLegacyDeploymentBucketEnabled = Boolean(process.env.ENABLE_LEGACY_DEPLOYMENT_BUCKET);
  }
  getRegion() {
    return 'us-east-1';
  }
  getStage() {
    return 'dev';
  }
  async request() {
    throw new Error('this is AWS');
  }
  async getCredentials() {
    return { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'CANARY-of-the-deployer', sessionToken: 'CANARY', accountId: '1' };
  }
  async getServerlessDeploymentBucketName() {
    throw new Error('this makes a bucket');
  }
}

class Service {
  constructor(configuration) {
    this.initialServerlessConfig = configuration;
    this.service = configuration.service;
    this.package = {};
    this.configValidationMode = 'error';
  }
  reloadServiceFileParam() {
    const { provider, functions, custom, plugins, resources } = this.initialServerlessConfig;
    Object.assign(this, { provider, functions, custom, plugins, resources });
  }
}

async function main(serviceDir, commands) {
  const configurationInput = JSON.parse(fs.readFileSync(path.join(serviceDir, 'resolved.json'), 'utf8'));
  const serverless = {
    version: '4.41.0',
    serviceDir,
    configurationFilename: 'serverless.yml',
    configurationInput,
    processedInput: { commands, options: {} },
    service: new Service(configurationInput),
    classes: { Error: ServerlessError },
    configSchemaHandler: { schema: { type: 'object', properties: {} }, defineCustomProperties() {} },
    getProvider: (name) => (name === 'aws' ? provider : false),
  };
  const provider = new AwsProvider(serverless);
  serverless.pluginManager = { hooks: {}, spawn: async () => packaged(serverless, provider) };
  // https://github.com/serverless/serverless/blob/main/packages/serverless/lib/classes/plugin-manager.js
  Object.defineProperty(Plugin, '_serverlessExternalPluginName', { value: 'serverless-leastpriv' });
  const plugin = new Plugin(serverless, {}, { log: {}, progress: { notice() {}, remove() {} } });
  serverless.service.reloadServiceFileParam();
  if (commands[0] === 'leastpriv') await plugin.hooks[`leastpriv:${commands[1]}:${commands[1]}`]();
  else await deployed(serverless, plugin.hooks);
}

/** `deploy`: what it does to AWS is printed. */
async function deployed({ serviceDir }, hooks) {
  await hooks['before:package:cleanup']();
  console.log('AWS: the bucket of all services is made');
  const template = { Resources: { Orders: { Type: 'AWS::SNS::Topic' } } };
  fs.mkdirSync(path.join(serviceDir, '.serverless'), { recursive: true });
  fs.writeFileSync(path.join(serviceDir, '.serverless', 'cloudformation-template-update-stack.json'), JSON.stringify(template));
  await hooks['before:deploy:deploy']();
  console.log('AWS: the stack is made');
}

/** What packaging does with AWS: the bucket, the account, the layers. */
async function packaged(serverless, provider) {
  const bucket = await provider.getServerlessDeploymentBucketName();
  const { Account: account } = await provider.request('STS', 'getCallerIdentity', {});
  const missing = await provider
    .request('CloudFormation', 'describeStacks', { StackName: 'orders-dev' })
    .catch(({ message }) => message);
  const refused = await provider.getCredentials().catch(({ code }) => code);
  const folder = path.join(serverless.serviceDir, '.serverless');
  fs.mkdirSync(folder, { recursive: true });
  const seen = { bucket, isGlobal: provider.globalDeploymentBucketUsed, account, missing, refused };
  fs.writeFileSync(
    path.join(folder, 'cloudformation-template-update-stack.json'),
    JSON.stringify({ Resources: {}, Metadata: seen }),
  );
  fs.writeFileSync(
    path.join(folder, 'cloudformation-template-api-nested-stack.json'),
    JSON.stringify({ Resources: { Nested: {} } }),
  );
}

main(process.argv[2], process.argv.slice(3)).catch((error) => {
  console.log(`Error: ${error.message}`);
  process.exitCode = 1;
});
