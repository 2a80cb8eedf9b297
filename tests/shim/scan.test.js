'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { scanPlugins } = require('../../shim/scan/scan');
const { frameworks, needs, run, service, temporaryFolder } = require('./support/frameworks');

/** Writes files and looks into the plugins. → what was found */
function scan(t, files, plugins) {
  const folder = temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return scanPlugins({ plugins }, { serviceDir: folder }, { modules: null });
}

/** Looks into one plugin of one file. → `service.Operation:line` of each call, and the rest of what was found */
async function scanText(t, text, file = 'plugin.js') {
  const [found] = await scan(t, { [file]: text }, [`./${file}`]);
  return { ...found, calls: found.calls.map(({ service, operation, line }) => `${service}.${operation}:${line}`) };
}

const CALLS = {
  'the provider of the Framework': ["this.provider.request('S3', 'putObject', {});", ['s3.PutObject:1']],
  'a service with options': ["provider.request({ name: 'SSM', params: {} }, 'getParameter');", ['ssm.GetParameter:1']],
  'a client of version 2': ["const AWS = require('aws-sdk');\nconst s3 = new AWS.S3();\ns3.listObjectsV2({}).promise();", ['s3.ListObjectsV2:3']],
  'a client of one package': ["const S3 = require('aws-sdk/clients/s3');\nnew S3().putBucketTagging({});", ['s3.PutBucketTagging:2']],
  'the SDK of the provider': ['const { Lambda } = provider.sdk;\nnew Lambda().invoke({});', ['lambda.Invoke:2']],
  'a document client': [
    "const { DynamoDB: D } = require('aws-sdk');\nnew D.DocumentClient().put({});",
    ['dynamodbdocumentclient.Put:2'],
  ],
  'commands of version 3': [
    "const { S3Client: C, PutObjectCommand } = require('@aws-sdk/client-s3');\nnew C({}).send(new PutObjectCommand({}));",
    ['s3.PutObject:2'],
  ],
  'an ES module': [
    "import * as logs from '@aws-sdk/client-cloudwatch-logs';\nexport default class { x() { return new logs.DeleteLogGroupCommand({}); } }",
    ['cloudwatchlogs.DeleteLogGroup:2'],
  ],
  'a package that is loaded late': [
    "async function f() { const { SQS } = await import('@aws-sdk/client-sqs');\nawait new SQS({}).sendMessage({}); }",
    ['sqs.SendMessage:2'],
  ],
  'waiters and pages': [
    "const { waitUntilStackExists, paginateListStacks } = require('@aws-sdk/client-cloudformation');\nwaitUntilStackExists({});\npaginateListStacks({});",
    ['cloudformation.WaitUntilStackExists:2', 'cloudformation.ListStacks:3'],
  ],
  'a waiter of version 2': ["new (require('aws-sdk').S3)().waitFor('bucketExists');", ['s3.WaitUntilBucketExists:1']],
  'an upload in parts': ["const { Upload } = require('@aws-sdk/lib-storage');\nnew Upload({});", ['s3.Upload:2']],
  'a client that is kept': [
    "const AWS = require('aws-sdk');\nclass P {\n  constructor() { this.cdn = new AWS.CloudFront(); }\n  go() { const self = this; self.cdn.createInvalidation({}); }\n}",
    ['cloudfront.CreateInvalidation:4'],
  ],
  'a client that a method makes': [
    "class P {\n  get kms() { return new this.provider.sdk.KMS(); }\n  client() { return this.kms; }\n  go() { this.client().decrypt({}); }\n}",
    ['kms.Decrypt:4'],
  ],
  'a method that hands on': [
    "class P {\n  ask(service, method) { return this.provider.request(service, method, {}); }\n  go() { this.ask('SNS', 'publish'); }\n}",
    ['sns.Publish:2'],
  ],
  'a client that is passed': [
    "const AWS = require('aws-sdk');\nconst tag = (s3) => s3.putBucketTagging({});\ntag(new AWS.S3());",
    ['s3.PutBucketTagging:2'],
  ],
};

for (const [title, [text, calls]] of Object.entries(CALLS)) {
  test(`scan: ${title}`, async (t) => assert.deepEqual((await scanText(t, text)).calls, calls));
}

test('scan: TypeScript', async (t) => {
  const text = [
    "import { SSMClient, GetParameterCommand } from '@aws-sdk/client-ssm';",
    "import { S3 } from '@aws-sdk/client-s3';",
    'export class Plugin {',
    '  private s3: S3;',
    '  async go(): Promise<void> {',
    '    await new SSMClient({}).send(new GetParameterCommand({ Name: <string>"x" }));',
    '    await this.s3!.headBucket({});',
    '  }',
    '}',
  ];
  assert.deepEqual((await scanText(t, text.join('\n'), 'plugin.ts')).calls, ['ssm.GetParameter:6', 's3.HeadBucket:7']);
});

const SILENT = {
  'a request that is not for AWS': "axios.request('orders', 'list'); http.request('https://example.com', () => {});",
  'other people’s methods': "const s3 = require('./other'); const lambda = { invoke() {} }; lambda.invoke(); cache.get('key');",
  'what asks nothing': "const AWS = require('aws-sdk'); const s3 = new AWS.S3(); s3.config; s3.on('x', () => {}); AWS.config.update({});",
};

for (const [title, text] of Object.entries(SILENT)) {
  test(`scan: nothing is found in ${title}`, async (t) => {
    const { calls, unreadable } = await scanText(t, text);
    assert.deepEqual([calls, unreadable], [[], 0]);
  });
}

test('scan: calls that only a run knows are counted', async (t) => {
  const text = "const s3 = new (require('aws-sdk').S3)();\ns3[method]({});\nthis.provider.request(service, method, {});";
  const { calls, unreadable } = await scanText(t, text);
  assert.deepEqual([calls, unreadable], [[], 2]);
});

test('scan: runs of the AWS command line', async (t) => {
  const text = [
    'execSync(`aws s3 sync ${folder} s3://${bucket} --delete`);',
    "spawn('aws', ['cloudfront', 'create-invalidation', '--paths', '/*']);",
    "exec('aws ' + words);",
    "exec('awslocal s3 ls');",
  ];
  const { commandLines } = await scanText(t, text.join('\n'));
  assert.deepEqual(
    commandLines.map(({ command, line }) => [command, line]),
    [
      ['aws s3 sync', 1],
      ['aws cloudfront create-invalidation', 2],
    ],
  );
});

test('scan: the files of an installed package, and no other package', async (t) => {
  const files = {
    'node_modules/serverless-strange/package.json': JSON.stringify({ name: 'serverless-strange', version: '1.2.3', main: 'dist/plugin' }),
    'node_modules/serverless-strange/dist/plugin.js':
      '"use strict";\nconst upload_1 = require("./upload");\nclass Plugin { go() { return (0, upload_1.upload)(this.s3); } }\nmodule.exports = Plugin;',
    'node_modules/serverless-strange/dist/upload.js':
      'const { S3 } = require("aws-sdk");\nexports.upload = () => {\n  const s3 = new S3();\n  return s3.putObject({});\n};\nrequire("uploader");\nrequire("left-pad");',
    'node_modules/serverless-strange/dist/unused.js': 'new (require("aws-sdk").S3)().deleteBucket({});',
    'node_modules/uploader/package.json': JSON.stringify({ name: 'uploader', dependencies: { '@aws-sdk/client-s3': '3' } }),
    'node_modules/uploader/index.js': 'new (require("aws-sdk").S3)().deleteObject({});',
    'node_modules/left-pad/package.json': JSON.stringify({ name: 'left-pad' }),
    'node_modules/left-pad/index.js': 'broken(',
  };
  assert.deepEqual(await scan(t, files, ['serverless-strange']), [
    {
      name: 'serverless-strange',
      version: '1.2.3',
      calls: [{ service: 's3', operation: 'PutObject', file: 'serverless-strange/dist/upload.js', line: 4 }],
      unreadable: 0,
      commandLines: [],
      packages: ['uploader'],
      unreadFiles: 0,
    },
  ]);
});

test('scan: what is known, ourselves, and what is not installed is not looked into', async (t) => {
  assert.deepEqual(await scan(t, {}, ['serverless-leastpriv', 'serverless-prune-plugin', 'not-installed']), []);
  assert.deepEqual(await scanPlugins({}, { serviceDir: temporaryFolder(t) }, { modules: null }), []);
});

test('scan: plugins of the folder that `localPath` names', async (t) => {
  const files = { 'extensions/tag.js': "this.provider.request('Lambda', 'tagResource', {});" };
  const [found] = await scan(t, files, { modules: ['tag'], localPath: './extensions' });
  assert.deepEqual([found.name, found.calls[0].file], ['tag', 'extensions/tag.js']);
});

test('scan: a file that is no JavaScript is counted, and circles end', async (t) => {
  const files = {
    'plugin.js': "require('./broken'); require('./circle'); const a = b; const b = a; a.s3.x(); f(); function f() { return f(); }",
    'broken.js': 'class {{{',
    'circle.js': "module.exports = require('./plugin');",
  };
  const [found] = await scan(t, files, ['./plugin']);
  assert.deepEqual([found.calls, found.unreadFiles], [[], 1]);
});

for (const [name, cli] of frameworks()) {
  test(`${name}: the hand-off has the calls of plugins that nobody knows`, needs(cli), async (t) => {
    const plugin = "module.exports = class {\n  go(provider) {\n    return provider.request('SNS', 'publish', {});\n  }\n};\n";
    const folder = service(t, 'plain', { 'plugins/notify.js': plugin });
    const file = path.join(folder, 'serverless.yml');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^plugins:\n/m, 'plugins:\n  - ./plugins/notify\n'));
    const { handoff, stderr } = await run(cli, folder, ['leastpriv', 'generate']);
    assert.ok(handoff, stderr);
    const found = handoff.plugins.find(({ name: one }) => one === './plugins/notify');
    assert.deepEqual(found.calls, [{ service: 'sns', operation: 'Publish', file: 'plugins/notify.js', line: 3 }]);
  });
}
