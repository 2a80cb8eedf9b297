'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { contents, run, service } = require('./support/frameworks');

const STUB = path.join(__dirname, 'support', 'version-4.js');

test('serverless 4: packaging asks nobody, and variables are read from the files', async (t) => {
  const folder = service(t, 'version-4');
  const before = contents(folder);
  const result = await run(STUB, folder, [folder, 'leastpriv', 'generate']);
  assert.equal(result.code, 0, result.stderr);
  const { handoff } = result;
  assert.deepEqual(handoff.framework, { name: 'serverless', version: '4.41.0' });
  assert.deepEqual(handoff.template.Metadata, {
    bucket: 'xleastprivbucketx',
    isGlobal: true,
    account: '000000000000',
    missing: 'Stack with id orders-dev does not exist',
    refused: 'LEASTPRIV_AWS_CALL_REFUSED',
  });
  assert.deepEqual(Object.keys(handoff.nestedTemplates), ['cloudformation-template-api-nested-stack.json']);
  assert.deepEqual(handoff.service.provider.environment, { A: 'redacted', B: 'redacted', C: 'redacted' });
  const listed = handoff.variables.map(({ source, address, params }) => [source, address, params]);
  assert.deepEqual(
    listed.map(String).sort(),
    [
      ['aws', 'accountId', []],
      ['cf', 'shared.Out', ['eu-west-1']],
      ['s3', 'bucket/key', []],
      ['ssm', '/orders/b', []],
      ['ssm', '/orders/dev/a', []],
      ['ssm', '/orders/in-file', []],
    ].map(String),
  );
  assert.match(result.stderr, /serverless 4 resolves variables before plugins load/);
  assert.equal(result.network, null);
  assert.deepEqual(contents(folder), before);
});

test('serverless 4: with the bucket in the stack, none is named', async (t) => {
  const folder = service(t, 'version-4');
  const { handoff } = await run(STUB, folder, [folder, 'leastpriv', 'generate'], {
    ENABLE_LEGACY_DEPLOYMENT_BUCKET: '1',
  });
  assert.deepEqual([handoff.template.Metadata.bucket, handoff.template.Metadata.isGlobal], [null, false]);
});

test('serverless 4: the check comes before packaging makes its bucket, and before the deploy', async (t) => {
  const folder = service(t, 'version-4');
  const log = `${folder}.log`;
  const passed = await run(STUB, folder, [folder, 'deploy'], { LEASTPRIV_TEST_LOG: log });
  assert.equal(passed.code, 0, passed.stderr);
  assert.match(passed.stdout, /AWS: the bucket[^]*AWS: the stack/);
  const runs = fs.readFileSync(log, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(
    runs.map(({ engine }) => engine),
    ['package', 'deploy'].map((command) => ['--handoff', '-', '--mode', 'warn', '--commands', command]),
  );
  assert.deepEqual(runs[0].handoff.template, null);
  assert.deepEqual(Object.keys(runs[1].handoff.template.Resources), ['Orders']);
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = passed.environment;
  assert.deepEqual(
    [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION],
    ['AKIAIOSFODNN7EXAMPLE', 'CANARY-of-the-deployer', 'CANARY', 'us-east-1'],
  );
  assert.doesNotMatch(passed.stdin + passed.argv.join() + passed.stdout + passed.stderr, /CANARY/);
});

test('serverless 4: `error` stops both', async (t) => {
  const folder = service(t, 'version-4');
  const environment = { SLS_LEASTPRIV_CHECK: 'error', LEASTPRIV_TEST_EXIT: '1' };
  const bucket = await run(STUB, folder, [folder, 'deploy'], environment);
  assert.match(bucket.stdout, /^Error: `package` was stopped: the deployer lacks actions/m);
  assert.doesNotMatch(bucket.stdout, /AWS:/);
  const legacy = await run(STUB, folder, [folder, 'deploy'], { ...environment, ENABLE_LEGACY_DEPLOYMENT_BUCKET: '1' });
  assert.match(legacy.stdout, /AWS: the bucket[^]*Error: `deploy` was stopped: the deployer lacks actions/);
  assert.doesNotMatch(legacy.stdout, /AWS: the stack/);
});

test('serverless 4: a plugin that is listed before is named', async (t) => {
  const resolved = JSON.parse(fs.readFileSync(path.join(__dirname, 'fixtures', 'version-4', 'resolved.json'), 'utf8'));
  const plugins = ['serverless-domain-manager', 'serverless-leastpriv', 'serverless-offline'];
  const folder = service(t, 'version-4', { 'resolved.json': JSON.stringify({ ...resolved, plugins }) });
  const { stderr } = await run(STUB, folder, [folder, 'deploy']);
  const said = stderr.match(/leastpriv: what .* may do to AWS comes before the check\n/g);
  assert.deepEqual(said, ['leastpriv: what `serverless-domain-manager` may do to AWS comes before the check\n']);
});
