'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { frameworks, run, service } = require('./support/frameworks');

const python = process.env.LEASTPRIV_TEST_PYTHON;

for (const [name, cli] of frameworks()) {
  const skip =
    (!python && 'set LEASTPRIV_TEST_PYTHON to a Python that has the engine') || (!cli && 'run `npm install`');

  test(`${name}: the engine prints a policy that has what resolving the variables needs`, { skip }, async (t) => {
    const real = { SLS_LEASTPRIV_PYTHON: python };
    const result = await run(cli, service(t, 'variables'), ['leastpriv', 'generate', '--previous', 'none'], real);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.network, null, 'no call leaves');
    const policy = JSON.parse(result.stdout);
    for (const [action, resource] of [
      ['ssm:GetParameter', /:us-east-1:.*:parameter\/file\/user$/],
      ['ssm:GetParameter', /:eu-west-1:.*:parameter\/app\/raw$/],
      ['cloudformation:DescribeStacks', /:eu-west-1:.*:stack\/elsewhere\//],
      ['s3:GetObject', /^arn:aws:s3:::a-bucket\/a\/key\.txt$/],
    ]) {
      const statements = policy.Statement.filter((one) => [].concat(one.Action).includes(action));
      assert.ok(
        statements.some((one) => [].concat(one.Resource).some((arn) => resource.test(arn))),
        `${action} ${resource}`,
      );
    }
    assert.doesNotMatch(result.stdout, /xleastprivvar/);
  });

  test(`${name}: no secret is in what the engine prints`, { skip }, async (t) => {
    const folder = service(t, 'secrets', { '.env': 'SOME_API_TOKEN=CANARY-35-from-dotenv\n' });
    const result = await run(cli, folder, ['leastpriv', 'generate', '--format', 'report'], {
      SLS_LEASTPRIV_PYTHON: python,
    });
    assert.equal(result.code, 0, result.stderr);
    assert.doesNotMatch(result.stdout + result.stderr, /CANARY/);
  });
}
