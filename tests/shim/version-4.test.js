'use strict';

const assert = require('node:assert/strict');
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
