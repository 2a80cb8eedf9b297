'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { hidden } = require('../../shim/hidden');
const { isSecretName } = require('../../shim/secret-names');
const { scrubbed, secretValues } = require('../../shim/secret-patterns');
const { withoutSecrets } = require('../../shim/secrets');

test('names that say secret', () => {
  const secret =
    'password dbPassword DB_PASSWORD MasterUserPassword passwd passphrase pwd db_pwd secret clientSecret SecretString SecretAccessKey ' +
    'token authToken OAuthToken GITHUB_TOKEN apiKey api-key API_KEY ApiKeyValue x-api-key privateKey signing_key credentials ' +
    'connectionString ConnectionUrl webhook slackWebhookUrl dsn SENTRY_DSN auth basicAuth Authorization tokens secretKey jwt';
  for (const name of secret.split(' ')) assert.ok(isSecretName(name), name);
});

test('names that say where a secret is, what it is called or how long it lives', () => {
  const harmless =
    'SecretId SecretArn SecretName secretsManagerSecretArn KmsKeyId ApiKeyId ApiKeyName ApiKeyRequired ApiKeySourceType AuthorizerId ' +
    'AuthorizationType AuthType AuthMode AuthorizationScopes TokenValidity TokenValidityUnits PasswordLength PasswordPolicy CredentialsArn ' +
    'AuthorizerUri AuthorizerResultTtlInSeconds tokenEndpoint TokenUrl authorizer authorizers handler TableName author PrimaryKey ' +
    'KeySchema PartitionKey description monkey KeyId passengers compass bypass';
  for (const name of harmless.split(' ')) assert.ok(!isSecretName(name), name);
});

test('texts that look like secrets', () => {
  const secrets = [
    'AKIAIOSFODNN7EXAMPLE',
    'ASIAIOSFODNN7EXAMPLE',
    'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    'xoxb-1234567890-abcdef',
    'sk_live_abcdefghij123456',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
    '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----',
    '-----BEGIN EC PRIVATE KEY-----\nunfinished',
    'https://hooks.slack.com/services/T00/B00/xyz',
    'SG.abcdefghijklmnopqrst.abcdefghijklmnopqrst',
    'github_pat_11AAAAAAA0abcdefghijklmno',
  ];
  for (const secret of secrets) {
    assert.equal(scrubbed(secret, []), 'redacted', secret);
    assert.ok(!scrubbed(`before ${secret} after`, []).includes(secret), secret);
  }
  assert.equal(scrubbed('postgres://user:pa:ss@host/db', []), 'postgres://redacted@host/db');
  assert.equal(scrubbed('redis://:secret@host', []), 'redis://redacted@host');
});

test('assignments inside of texts', () => {
  assert.equal(
    scrubbed('{"password": "hunter2", "table": "orders"}', []),
    '{"password": "redacted", "table": "orders"}',
  );
  assert.equal(scrubbed('AccountName=a;AccountKey=abc/def==;Table=t', []), 'AccountName=a;AccountKey=redacted;Table=t');
  assert.equal(scrubbed("export DB_PASSWORD='x y'", []), "export DB_PASSWORD='redacted'");
  const kept = [
    '{"token": "${Token}"}',
    '{"SecretId": "arn:aws:secretsmanager:us-east-1:1:secret:x"}',
    '{"token.$": "$.token"}',
    'password={{resolve:ssm:/x}}',
    'auth: true',
    'arn:aws:ssm:us-east-1:1:parameter/token',
    'method.request.header.Authorization',
  ];
  for (const text of kept) assert.equal(scrubbed(text, []), text);
});

test('a text of megabytes is read once', () => {
  for (const piece of ['a', 'a.', 'a:', 'x=', 'http://a:', '"', 'password=', '{{resolve:', 'eyJ', 'a://']) {
    const started = process.hrtime.bigint();
    scrubbed(piece.repeat(2_000_000 / piece.length), []);
    assert.ok(process.hrtime.bigint() - started < 5_000_000_000n, piece);
  }
});

test('values of environment variables with secret names, but for names of the stack', () => {
  const environment = {
    API_TOKEN: 'production',
    DB_PASSWORD: 'correct-horse',
    SHORT_SECRET: 'dev',
    PWD: '/home/someone',
    OLDPWD: '/home/someone',
    SSH_AUTH_SOCK: '/tmp/agent.sock',
    HOME: '/home/someone',
  };
  assert.deepEqual(secretValues(environment, ['production']), ['correct-horse']);
  const document = withoutSecrets(
    { service: { custom: { a: 'x-correct-horse-y' } }, template: { A: 'correct-horse' } },
    environment,
  );
  assert.deepEqual(document, { service: { custom: { a: 'x-redacted-y' } }, template: { A: 'redacted' } });
});

test('references in the place of a secret stay, literals around them go', () => {
  const kept = [
    { Ref: 'Role' },
    { 'Fn::GetAtt': ['Role', 'Arn'] },
    { 'Fn::ImportValue': 'role' },
    { 'Fn::ImportValue': { Ref: 'Name' } },
    true,
    null,
    'arn:aws:iam::111111111111:role/x',
    { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/x' },
    'xleastprivvar3x',
    { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::1:role/x']] },
    '{{resolve:secretsmanager:a:SecretString:password}}',
    { 'Fn::Sub': '{{resolve:secretsmanager:${Secret}:SecretString:password}}' },
    { 'Fn::If': ['Prod', { Ref: 'A' }, { Ref: 'AWS::NoValue' }] },
  ];
  for (const value of kept) assert.deepEqual(hidden(value), value);
  for (const value of [
    'x',
    12345678,
    { 'Fn::Join': ['', ['x', { Ref: 'A' }]] },
    { 'Fn::Sub': 'x-${A}' },
    { 'Fn::Base64': 'x' },
    { 'Fn::ImportValue': { 'Fn::Sub': 'x' } },
    'arn:aws:x with text',
  ]) {
    assert.equal(hidden(value), 'redacted');
  }
  assert.equal(hidden('user:{{resolve:ssm-secure:/x}}@host'), 'redacted {{resolve:ssm-secure:/x}}');
  assert.deepEqual(hidden({ 'Fn::If': ['Prod', 'x', { Ref: 'A' }] }), { 'Fn::If': ['Prod', 'redacted', { Ref: 'A' }] });
});

test('environments in every form', () => {
  const environments = [
    [{ Environment: { Variables: { A: 'x' } } }, { Environment: { Variables: { A: 'redacted' } } }],
    [
      { Environment: { 'Fn::If': ['Prod', { Variables: { A: 'x' } }, { Ref: 'AWS::NoValue' }] } },
      { Environment: { 'Fn::If': ['Prod', { Variables: { A: 'redacted' } }, { Ref: 'AWS::NoValue' }] } },
    ],
    [{ Environment: [{ Name: 'A', Value: 'x' }] }, { Environment: [{ Name: 'A', Value: 'redacted' }] }],
    [
      { Environment: { Type: 'LINUX', EnvironmentVariables: [{ Name: 'A', Value: 'x' }] } },
      { Environment: { Type: 'LINUX', EnvironmentVariables: [{ Name: 'A', Value: 'redacted' }] } },
    ],
    [{ environment: { A: { 'Fn::Sub': ['arn:${B}', { B: 'x' }] } } }, { environment: { A: 'redacted' } }],
    [{ environment: 'production' }, { environment: 'production' }],
  ];
  for (const [written, left] of environments) {
    assert.deepEqual(withoutSecrets({ template: written, service: { provider: written } }, {}), {
      template: left,
      service: { provider: left },
    });
  }
});

test('a function called auth, a resource called Token and a table of settings are no secrets', () => {
  const document = {
    service: { functions: { auth: { handler: 'a.b', role: 'x' } }, provider: { credentials: { region: 'eu-west-1' } } },
    template: { Resources: { Token: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'tokens' } } } },
  };
  assert.deepEqual(withoutSecrets(document, {}), document);
});

test('keys of any name are copied as keys', () => {
  const document = JSON.parse('{"template": {"__proto__": {"password": "x"}, "constructor": "y"}}');
  assert.equal(
    JSON.stringify(withoutSecrets(document, {})),
    '{"template":{"__proto__":{"password":"redacted"},"constructor":"y"}}',
  );
});
