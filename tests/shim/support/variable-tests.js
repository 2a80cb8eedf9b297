'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { frameworks, needs, run, service } = require('./frameworks');

// source, address, params and the property that it stands in, of every AWS-backed variable of the fixture
const ASKED = [
  ['aws', 'accountId', [], 'custom.account'],
  ['cf', 'elsewhere.Output', ['eu-west-1'], 'custom.outputElsewhere'],
  ['cf', 'network.Subnet', [], 'provider.vpc.subnetIds.1'],
  ['cf', 'other.InFile', [], 'custom.fromFile.list.1'],
  ['cf', 'other.Layer', [], 'functions.hello.layers.1'],
  ['cf', 'other.Output', [], 'custom.output'],
  ['cf', 'other.Suffix', [], 'custom.viaOutput'],
  ['s3', 'a-bucket/a/key.txt', [], 'custom.object'],
  ['ssm', '/app/@', [], 'custom.viaOutput'],
  ['ssm', '/app/behind-env', [], 'custom.usedFallback'],
  ['ssm', '/app/blue/second', [], 'custom.withOtherFallback'],
  ['ssm', '/app/blue/table', [], 'custom.table'],
  ['ssm', '/app/concurrency', [], 'functions.hello.reservedConcurrency'],
  ['ssm', '/app/days', [], 'provider.logRetentionInDays'],
  ['ssm', '/app/environment', [], 'functions.whole.environment'],
  ['ssm', '/app/first', [], 'custom.withOtherFallback'],
  ['ssm', '/app/flag', [], 'custom.flag'],
  ['ssm', '/app/groups', [], 'provider.vpc.securityGroupIds'],
  ['ssm', '/app/image', [], 'functions.unknownImage.image'],
  ['ssm', '/app/key', [], 'resources.Resources.Topic.Properties.KmsMasterKeyId'],
  ['ssm', '/app/layer', [], 'functions.hello.layers.0'],
  ['ssm', '/app/maybe', [], 'custom.withFallback'],
  ['ssm', '/app/param', [], 'params.default.fromParam'],
  ['ssm', '/app/plain', [], 'custom.plain'],
  ['ssm', '/app/rate', [], 'functions.hello.events.1.schedule'],
  ['ssm', '/app/raw', ['eu-west-1', 'raw'], 'custom.raw'],
  ['ssm', '/app/stream', [], 'functions.whole.events.0.stream.arn'],
  ['ssm', '/app/subnet', [], 'provider.vpc.subnetIds.0'],
  ['ssm', '/app/tags', [], 'provider.tags'],
  ['ssm', '/app/timeout', [], 'provider.timeout'],
  ['ssm', '/app/topic', [], 'functions.hello.events.0.sns'],
  ['ssm', '/app/tracing', [], 'provider.tracing.lambda'],
  ['ssm', '/app/vpc', [], 'functions.whole.vpc'],
  ['ssm', '/aws/reference/secretsmanager/app/db', [], 'custom.secret'],
  ['ssm', '/aws/reference/secretsmanager/file/connection', [], 'custom.fromFile.connection'],
  ['ssm', '/env/token', [], 'functions.hello.environment.TOKEN'],
  ['ssm', '/file/first', [], 'custom.fromFile.list.0'],
  ['ssm', '/file/memory', [], 'custom.fromFile.memory'],
  ['ssm', '/file/user', [], 'custom.fromFile.user'],
  ['ssm', '/late/value', [], 'custom.fromParamFile'],
  ['ssm', '/script/value', [], 'custom.fromScript'],
];
// osls 4 leaves the parameters of other stages alone; the others ask for them in a deploy too
const OTHER_STAGE = ['ssm', '/prod/param', [], 'params.prod.fromParam'];

/** Variables, images, layers and remote code: packaged without AWS. */
function testVariables(name) {
  const cli = frameworks().get(name);

  test(`${name}: AWS-backed variables and images are packaged without AWS, and listed`, needs(cli), async (t) => {
    const folder = service(t, 'variables');
    const result = await run(cli, folder, ['leastpriv', 'generate']);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.network, null, 'no call leaves');
    const { handoff } = result;
    const neutral = (text) => text.replace(/xleastprivvar\d+x/g, '@');
    const listed = handoff.variables.map(({ source, address, params, path }) => [
      source,
      neutral(address),
      params,
      path.join('.'),
    ]);
    const expected = name === 'osls 4' ? ASKED : [...ASKED, OTHER_STAGE];
    assert.deepEqual(listed.sort(byText), [...expected].sort(byText));
    assert.equal(new Set(handoff.variables.map(({ index }) => index)).size, expected.length);
    assertPlaceholders(handoff);
    assertCode(handoff);
    // files are read in another order on every run; only the time of packaging, and the order of resources, may differ
    const again = await run(cli, folder, ['leastpriv', 'generate']);
    const timeless = ({ stdin }) => sortedKeys(stdin.replace(/dev\/\d{13}-[^/"]*/g, 'dev/time'));
    assert.equal(timeless(again), timeless(result));
  });

  test(`${name}: a placeholder packages wherever a service may have a variable`, needs(cli), async (t) => {
    const result = await run(cli, service(t, 'shapes'), ['leastpriv', 'generate']);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.network, null, 'no call leaves');
    assert.deepEqual(
      result.handoff.variables.map(({ source, address }) => `${source}:${address}`),
      ['ssm:/x/y'],
    );
  });
}

/** A JSON text with its keys in order, as lines. */
const sortedKeys = (text) =>
  JSON.stringify(
    JSON.parse(text),
    (_, value) =>
      value && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
        : value,
    1,
  );

const byText = (one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

/** The placeholders stand where the variables stood, in a shape that the Framework takes. */
function assertPlaceholders({ variables, service: { custom, provider, functions }, template }) {
  const token = (address) => `xleastprivvar${variables.find((one) => one.address === address).index}x`;
  assert.equal(custom.mixed, `x-${token('/app/plain')}-${token('other.Output')}-y`);
  assert.equal(custom.deep, token('/aws/reference/secretsmanager/app/db'));
  assert.equal(custom.fromFileKey, token('/aws/reference/secretsmanager/file/connection'));
  assert.equal(custom.fromScript, `${token('/script/value')}-end`);
  assert.equal(custom.flag, token('/app/flag'));
  assert.equal(custom.withFallback, token('/app/maybe'));
  assert.equal(custom.unusedFallback, 'blue');
  assert.equal(custom.region, 'us-east-1');
  assert.equal(custom.escaped, '${ssm:/not/asked}');
  assert.deepEqual(provider.vpc, {
    securityGroupIds: [token('/app/groups')],
    subnetIds: [token('/app/subnet'), token('network.Subnet')],
  });
  assert.deepEqual(provider.tags, { [token('/app/tags')]: token('/app/tags') });
  assert.deepEqual([provider.timeout, provider.tracing.lambda, functions.hello.reservedConcurrency], [1, true, 1]);
  assert.deepEqual(functions.whole.vpc, { securityGroupIds: [token('/app/vpc')], subnetIds: [token('/app/vpc')] });
  const { HelloLambdaFunction: hello, Table: table } = template.Resources;
  assert.deepEqual(hello.Properties.Layers, [token('/app/layer'), token('other.Layer'), { Ref: 'SharedLambdaLayer' }]);
  assert.equal(table.Properties.TableName, `table-${token('/app/blue/table')}`);
  const mapping = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping');
  const stream = token('/app/stream');
  assert.equal(
    mapping.Properties.EventSourceArn,
    `arn:aws:dynamodb:${stream}:${stream}:table/${stream}/stream/${stream}`,
  );
}

/** Images are neither built nor looked up, layers not compared, remote code not downloaded. */
function assertCode({ variables, images, intercepted, template, service: { provider, functions } }) {
  const registry = '111111111111.dkr.ecr.us-east-1.amazonaws.com';
  const index = (address) => variables.find((one) => one.address === address).index;
  assert.deepEqual(images, [
    { name: 'built' },
    { uri: `${registry}/tagged:v1` },
    { uri: `${registry}/direct:v2` },
    { uri: `xleastprivvar${index('/app/image')}x` },
    { uri: `xleastprivvar${index('accountId')}x.dkr.ecr.us-east-1.amazonaws.com/own:v3` },
  ]);
  assert.deepEqual(intercepted, [
    { service: 'CloudFormation', operation: 'DescribeStacks' },
    { service: 'ECR', operation: 'DescribeImages' },
    { service: 'S3', operation: 'GetObject' },
  ]);
  const uri = (id) => template.Resources[`${id}LambdaFunction`].Properties.Code.ImageUri;
  const placeholder = (repository) => `000000000000.dkr.ecr.us-east-1.amazonaws.com/${repository}@sha256:${'0'.repeat(64)}`;
  for (const id of ['Image', 'ImageWithSettings']) assert.equal(uri(id), placeholder('serverless-variables-dev'));
  for (const id of ['UnknownImage', 'AccountImage']) assert.equal(uri(id), placeholder('xleastprivimagex'));
  assert.match(uri('TaggedImage'), /^111111111111\.dkr\.ecr\.us-east-1\.amazonaws\.com\/tagged@sha256:0{64}$/);
  // the configuration is as the user wrote it
  assert.deepEqual(provider.ecr.images.built, { path: './nothing-here' });
  assert.equal(functions.remoteArtifact.package.artifact, 's3://code-bucket/path/code.zip');
  assert.match(template.Resources.RemoteArtifactLambdaFunction.Properties.Code.S3Key, /\/code\.zip$/);
}

module.exports = { testVariables };
