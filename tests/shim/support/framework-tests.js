'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { REPOSITORY, contents, frameworks, needs, run, service } = require('./frameworks');

const ARTEFACT = '{"Version": "2012-10-17", "Statement": []}\n';

/** What every Framework must do; each has a test file of its own, so that they run side by side. */
function testFramework(name) {
  const cli = frameworks().get(name);

  test(`${name}: generate hands the packaged service over and prints what the engine prints`, needs(cli), async (t) => {
    const folder = service(t, 'plain');
    const before = contents(folder);
    const result = await run(cli, folder, [
      'leastpriv',
      'generate',
      '--account',
      '111111111111',
      '--strict',
      '--stage',
      'prod',
    ]);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, ARTEFACT);
    assert.equal(result.network, null);
    assert.deepEqual(result.argv, [
      '-m',
      'sls_leastpriv',
      'generate',
      '--account',
      '111111111111',
      '--strict',
      '--handoff',
      '-',
    ]);
    const { handoff } = result;
    assert.equal(handoff.handoff, 1);
    assert.equal(handoff.framework.name, name.split(' ')[0]);
    assert.match(handoff.framework.version, new RegExp(`^${name.split(' ')[1]}\\.`));
    assert.deepEqual(handoff.stack, { name: 'plain-prod', stage: 'prod', region: 'us-east-1' });
    assert.equal(handoff.serviceDir, folder);
    assert.equal(handoff.configurationFile, 'serverless.yml');
    assert.equal(handoff.service.service, 'plain');
    assert.equal(handoff.service.functions.hello.name, 'plain-prod-hello');
    assert.equal(handoff.service.provider.compiledCloudFormationTemplate, undefined);
    assert.equal(handoff.template.Resources.HelloLambdaFunction.Type, 'AWS::Lambda::Function');
    assert.deepEqual(
      [handoff.variables, handoff.images, handoff.intercepted, handoff.nestedTemplates],
      [[], [], [], {}],
    );
    assert.equal(handoff.stateFile, null);
    assert.deepEqual(contents(folder), before);
  });

  test(`${name}: the pattern of explain is a word or an option`, needs(cli), async (t) => {
    const folder = service(t, 'plain');
    for (const words of [['lambda:Create*'], ['--match', 'lambda:Create*']]) {
      const result = await run(cli, folder, ['leastpriv', 'explain', ...words]);
      assert.deepEqual(
        result.argv,
        ['-m', 'sls_leastpriv', 'explain', 'lambda:Create*', '--handoff', '-'],
        result.stderr,
      );
    }
  });

  test(`${name}: the engine's exit code is the process's`, needs(cli), async (t) => {
    const folder = service(t, 'plain');
    for (const code of [1, 2, 3]) {
      const result = await run(cli, folder, ['leastpriv', 'generate'], { LEASTPRIV_TEST_EXIT: String(code) });
      assert.equal(result.code, code);
      assert.equal(result.stdout, ARTEFACT);
      assert.doesNotMatch(result.stderr, /Error|\n\s+at /);
    }
  });

  test(
    `${name}: the user's package folder and path are as they were, also when packaging fails`,
    needs(cli),
    async (t) => {
      const folder = service(t, 'plain', { '.serverless/code.zip': 'code', 'build/serverless-state.json': '{}' });
      fs.appendFileSync(path.join(folder, 'serverless.yml'), 'package:\n  path: build\n');
      const before = contents(folder);
      assert.equal((await run(cli, folder, ['leastpriv', 'generate'])).code, 0);
      assert.deepEqual(contents(folder), before);
      fs.appendFileSync(path.join(folder, 'serverless.yml'), '  artifact: missing.zip\n');
      const after = contents(folder);
      const failed = await run(cli, folder, ['leastpriv', 'generate']);
      assert.equal(failed.code, 3);
      assert.equal(failed.stdout, '');
      assert.deepEqual(contents(folder), after);
    },
  );

  test(`${name}: stdout is the engine's, whatever plugins and the Framework print`, needs(cli), async (t) => {
    const folder = service(t, 'plain', {
      'chatty.js': `module.exports = class { constructor() { this.hooks = { 'before:package:initialize': () => { console.log('chat'); } }; } };`,
    });
    replaceIn(folder, '- ./plugin', '- ./plugin\n  - ./chatty');
    const result = await run(cli, folder, ['leastpriv', 'generate'], { SLS_INTERACTIVE_SETUP_ENABLE: '1' });
    assert.equal(result.stdout, ARTEFACT);
    assert.match(result.stderr, /chat/);
  });

  test(`${name}: a plugin that calls AWS while packaging is named`, needs(cli), async (t) => {
    for (const [call, what] of [
      [`this.serverless.getProvider('aws').request('S3', 'listBuckets', {})`, 'S3.ListBuckets'],
      [
        `new Promise((resolve, reject) => require('node:https').get('https://lambda.us-east-1.amazonaws.com/', resolve).on('error', reject))`,
        'lambda.us-east-1.amazonaws.com',
      ],
    ]) {
      if (name === 'osls 4' && call.includes('request(')) continue;
      const folder = service(t, 'plain', {
        'caller.js': `module.exports = class Caller { constructor(serverless) { this.serverless = serverless; this.hooks = { 'before:package:finalize': async () => ${call} }; } };`,
      });
      replaceIn(folder, '- ./plugin', '- ./plugin\n  - ./caller');
      const result = await run(cli, folder, ['leastpriv', 'generate'], {
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'x',
      });
      assert.equal(result.code, 3);
      assert.equal(result.network, null);
      assert.match(
        result.stderr,
        new RegExp(`the plugin \`Caller\` asks for \`${what}\` in \`before:package:finalize\``),
      );
      assert.match(result.stderr, /help: /);
      assert.doesNotMatch(result.stderr, /\n\s+at /);
    }
  });

  test(`${name}: packaging sees no credentials, the engine sees those of the deployer`, needs(cli), async (t) => {
    const credentials = {
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_SESSION_TOKEN: 'c',
      AWS_REGION: 'eu-west-1',
    };
    const folder = service(t, 'plain', {
      'spy.js': `module.exports = class { constructor() { this.hooks = { 'before:package:initialize': () => console.log('seen', Object.keys(process.env).filter((key) => /^AWS_(ACCESS|SECRET|SESSION|PROFILE)/.test(key)).join()) }; } };`,
    });
    replaceIn(folder, '- ./plugin', '- ./plugin\n  - ./spy');
    const result = await run(cli, folder, ['leastpriv', 'generate', '--aws-profile', 'someone'], credentials);
    assert.match(result.stderr, /^seen $/m);
    for (const [key, value] of Object.entries({ ...credentials, AWS_PROFILE: 'someone', PYTHONSAFEPATH: '1' }))
      assert.equal(result.environment[key], value);
  });

  test(
    `${name}: an engine that cannot be run, and a service that cannot be read, are said in one error`,
    needs(cli),
    async (t) => {
      const folder = service(t, 'plain');
      const missing = await run(cli, folder, ['leastpriv', 'generate'], { SLS_LEASTPRIV_PYTHON: '/does/not/exist' });
      assert.equal(missing.code, 3);
      assert.match(missing.stderr, /`\/does\/not\/exist` cannot be run[^]*help: /);
      assert.doesNotMatch(missing.stderr, /\n\s+at /);
      fs.appendFileSync(path.join(folder, 'serverless.yml'), 'custom:\n  broken: ${nothing:here}\n');
      const broken = await run(cli, folder, ['leastpriv', 'generate']);
      assert.equal(broken.code, 3);
      assert.equal(broken.stdout, '');
      assert.match(broken.stderr, /nothing/);
      assert.doesNotMatch(broken.stderr, /\n\s+at /);
    },
  );

  test(`${name}: settings are validated`, needs(cli), async (t) => {
    const settings = (text) => {
      const folder = service(t, 'plain');
      fs.appendFileSync(
        path.join(folder, 'serverless.yml'),
        `configValidationMode: error\ncustom:\n  leastpriv:\n${text}`,
      );
      return run(cli, folder, ['package']);
    };
    const good = await settings(
      '    check: off\n    commands: [deploy, remove]\n    account: 111111111111\n    python: python3\n    stages: [dev]\n    boundary: arn:aws:iam::111111111111:policy/b\n',
    );
    assert.equal(good.code, 0, good.stderr);
    const bad = await settings('    chek: warn\n');
    assert.equal(bad.code, 1);
    assert.match(bad.stdout + bad.stderr, /chek/);
  });

  test(`${name}: other commands and requests for help load nothing of ours`, needs(cli), async (t) => {
    const folder = service(t, 'plain', {
      'loaded.js': `module.exports = class { constructor() { this.hooks = { 'after:package:finalize': () => console.error('loaded', Object.keys(require.cache).filter((file) => file.startsWith(${JSON.stringify(path.join(REPOSITORY, 'shim'))})).map((file) => require('path').basename(file)).join()) }; } };`,
    });
    replaceIn(folder, '- ./plugin', '- ./plugin\n  - ./loaded');
    assert.match((await run(cli, folder, ['package'])).stderr, /^loaded declare.js,commands.js,settings.js$/m);
    const help = await run(cli, folder, ['leastpriv', 'generate', '--help']);
    assert.match(help.stdout, /--previous/);
  });
}

function replaceIn(folder, from, to) {
  const file = path.join(folder, 'serverless.yml');
  fs.writeFileSync(
    file,
    fs.readFileSync(file, 'utf8').replace(from, () => to),
  );
}

module.exports = { testFramework };
