'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { CREDENTIALS, runOnline } = require('./aws');
const { REPOSITORY, contents, frameworks, needs, service } = require('./frameworks');

const READS = ['sts.GetCallerIdentity', 'cloudformation.DescribeStacks'];
const CHANGE = 'cloudformation.CreateChangeSet';
const ECR = 'provider:\n  ecr:\n    images:\n      built:\n        path: ./image\n';

/** The automatic check in a real Framework, up to the first call that changes something. */
function testCheck(name) {
  const cli = frameworks().get(name);
  const online = (t, folder, words, extra) => runOnline(t, cli, folder, words, extra);

  test(`${name}: the engine is asked before a deploy changes anything, and \`warn\` goes on`, needs(cli), async (t) => {
    const folder = service(t, 'plain');
    const result = await online(t, folder, ['deploy', '--stage', 'prod'], { LEASTPRIV_TEST_EXIT: '1' });
    assert.deepEqual(
      result.argv,
      ['-m', 'sls_leastpriv', 'check', '--handoff', '-', '--mode', 'warn', '--commands', 'deploy'],
      result.stderr,
    );
    assert.deepEqual(changesBefore(result.log), []);
    assert.deepEqual(changesAfter(result.log), [CHANGE]);
    assertHandOff(name, result, folder);
    assertCredentials(result);
    // the stub of the engine prints there
    assert.doesNotMatch(result.stdout, /Statement/);
    assert.match(result.stderr, /^\{"Version"[^]*0 actions in 0 statements$/m);
    assert.doesNotMatch(result.stderr, /leastpriv:/);
  });

  test(`${name}: \`error\` stops a deploy that lacks something, and lets others pass`, needs(cli), async (t) => {
    const folder = service(t, 'plain');
    const stopped = await online(t, folder, ['deploy', '--leastpriv-check', 'error'], { LEASTPRIV_TEST_EXIT: '1' });
    assert.equal(stopped.code, 1);
    assert.match(
      stopped.stdout + stopped.stderr,
      /`deploy` was stopped: the deployer lacks actions that it needs, which are listed above\s+help: grant them/,
    );
    assert.doesNotMatch(stopped.stdout + stopped.stderr, /\n\s+at /);
    assert.equal(stopped.argv[6], 'error');
    assert.deepEqual(callsIn(stopped.log).filter((call) => !READS.includes(call)), []);
    const passed = await online(t, folder, ['deploy', '--leastpriv-check', 'error']);
    assert.deepEqual([changesBefore(passed.log), changesAfter(passed.log)], [[], [CHANGE]]);
  });

  test(`${name}: a check that cannot be made stops \`error\`, and \`warn\` says so`, needs(cli), async (t) => {
    const folder = service(t, 'plain');
    const warned = await online(t, folder, ['deploy'], { LEASTPRIV_TEST_EXIT: '4' });
    assert.match(warned.stderr, /leastpriv: `deploy` could not be checked, and goes on: for the reason that is given above/);
    assert.deepEqual(changesAfter(warned.log), [CHANGE]);
    const stopped = await online(t, folder, ['deploy'], {
      SLS_LEASTPRIV_PYTHON: '/does/not/exist',
      SLS_LEASTPRIV_CHECK: 'error',
    });
    assert.equal(stopped.code, 1);
    assert.match(stopped.stdout + stopped.stderr, /`deploy` could not be checked: `\/does\/not\/exist` cannot be run/);
    assert.deepEqual(callsIn(stopped.log).filter((call) => !READS.includes(call)), []);
  });

  test(`${name}: \`off\` asks nobody and loads nothing`, needs(cli), async (t) => {
    const folder = service(t, 'plain', {
      'loaded.js': `module.exports = class { constructor() { this.hooks = { 'before:deploy:deploy': () => console.error('loaded', Object.keys(require.cache).filter((file) => file.startsWith(${JSON.stringify(path.join(REPOSITORY, 'shim'))})).map((file) => require('path').basename(file)).join()) }; } };`,
    });
    append(folder, 'custom:\n  leastpriv:\n    check: off\n');
    replaceIn(folder, '- ./plugin', '- ./plugin\n  - ./loaded');
    const { argv, stderr } = await online(t, folder, ['deploy'], { SLS_LEASTPRIV_PYTHON: '/does/not/exist' });
    assert.equal(argv, null);
    assert.match(stderr, /^loaded declare\.js,commands\.js,settings\.js,mode\.js,errors\.js$/m);
  });

  test(`${name}: packaging that pushes images is checked before, by the configuration`, needs(cli), async (t) => {
    const folder = service(t, 'plain');
    replaceIn(folder, 'provider:\n', ECR);
    const stopped = await online(t, folder, ['deploy', '--leastpriv-check', 'error'], { LEASTPRIV_TEST_EXIT: '1' });
    assert.match(stopped.stdout + stopped.stderr, /`package` was stopped/);
    assert.deepEqual(stopped.argv.slice(-2), ['--commands', 'package']);
    assert.deepEqual([stopped.handoff.template, stopped.handoff.stateFile], [null, null]);
    assert.deepEqual(stopped.handoff.service.provider.ecr.images, { built: { path: './image' } });
    assert.deepEqual(callsIn(stopped.log), READS.slice(0, 1));
    assert.ok(!fs.existsSync(path.join(folder, '.serverless')));
    // no function uses the image, so it is not built
    const passed = await online(t, folder, ['deploy']);
    assert.deepEqual(
      passed.log.filter(({ engine }) => engine).map(({ engine }) => engine.slice(-1)[0]),
      ['package', 'deploy'],
    );
    assert.equal(callsIn(passed.log).pop(), CHANGE);
  });

  test(`${name}: remove, rollback and deploy function have checks of their own`, needs(cli), async (t) => {
    const folder = service(t, 'plain', {
      '.serverless/serverless-state.json': JSON.stringify({
        service: { service: 'plain', provider: { stage: 'dev', region: 'us-east-1' } },
      }),
      '.serverless/cloudformation-template-update-stack.json': '{"Resources": {"Deployed": {"Type": "AWS::SNS::Topic"}}}',
    });
    append(folder, '  other:\n    handler: handler.hello\n');
    const stateFile = path.join(folder, '.serverless', 'serverless-state.json');
    const before = contents(folder);
    for (const [words, commands, template, state] of [
      [['remove'], 'remove', { Resources: { Deployed: { Type: 'AWS::SNS::Topic' } } }, stateFile],
      [['remove', '--stage', 'prod'], 'remove', null, null],
      [['rollback', '--timestamp', '1700000000000'], 'rollback', null, stateFile],
      [['deploy', 'function', '--function', 'hello'], 'deploy-function', null, stateFile],
    ]) {
      const result = await online(t, folder, [...words, '--leastpriv-check', 'error'], { LEASTPRIV_TEST_EXIT: '1' });
      assert.equal(result.code, 1);
      assert.deepEqual(result.argv.slice(-4), ['--mode', 'error', '--commands', commands], result.stderr);
      assert.deepEqual([result.handoff.template, result.handoff.stateFile], [template, state]);
      // `deploy function` is about one of them
      const functions = commands === 'deploy-function' ? ['hello'] : ['hello', 'other'];
      assert.deepEqual(Object.keys(result.handoff.service.functions), functions);
      assert.deepEqual(callsIn(result.log).filter((call) => !READS.includes(call)), []);
      assert.deepEqual(contents(folder), before);
    }
  });

  test(`${name}: a package from elsewhere, resolved secrets, and a plugin that is listed before`, needs(cli), async (t) => {
    const folder = service(t, 'plain', { 'first.js': 'module.exports = class First {};' });
    append(folder, 'custom:\n  plain: ${ssm:/app/table}\n  hidden: ${ssm:/aws/reference/secretsmanager/app}\n');
    replaceIn(folder, '- ./plugin', '- ./first\n  - ./plugin');
    await online(t, folder, ['package', '--package', 'build']);
    fs.rmSync(path.join(folder, '.serverless'), { recursive: true, force: true });
    const result = await online(t, folder, ['deploy', '--package', 'build']);
    assert.ok(result.handoff.template.Resources.HelloLambdaFunction, result.stderr);
    assert.equal(result.handoff.service.custom.plain, 'orders-table');
    assert.deepEqual(Object.keys(result.handoff.service.custom.hidden), ['user', 'password']);
    assert.doesNotMatch(result.stdin, /CANARY/);
    assert.equal(result.stderr.match(/what `\.\/first` may do to AWS comes before the check\nhelp: /g).length, 1);
  });

  test(`${name}: leastpriv check packages without AWS and asks with the deployer's credentials`, needs(cli), async (t) => {
    const folder = service(t, 'plain');
    const words = ['leastpriv', 'check', '--principal', 'arn:aws:iam::111111111111:role/ci', '--mode', 'error'];
    const result = await online(t, folder, words, { LEASTPRIV_TEST_EXIT: '1' });
    assert.equal(result.code, 1);
    assert.deepEqual(result.log.map(({ engine }) => engine), [['--principal', words[3], '--mode', 'error', '--handoff', '-']]);
    assert.ok(result.handoff.template.Resources.HelloLambdaFunction);
    assertCredentials(result);
    assert.match(result.stdout, /^\{"Version"[^\n]*\n$/);
    const policies = ['--policy', 'a.json', '--policy', 'b.json'];
    const offline = await online(t, folder, ['leastpriv', 'check', ...policies]);
    assert.deepEqual(offline.argv.slice(3), [...policies, '--handoff', '-']);
  });
}

/** What `deploy` hands over: what the Framework has packaged, and no placeholder. */
function assertHandOff(name, { handoff, stdin }, folder) {
  assert.equal(handoff.framework.name, name.split(' ')[0]);
  assert.deepEqual(handoff.stack, { name: 'plain-prod', stage: 'prod', region: 'us-east-1' });
  assert.equal(handoff.service.functions.hello.handler, 'handler.hello');
  assert.equal(handoff.service.provider.compiledCloudFormationTemplate, undefined);
  assert.equal(handoff.stateFile, null);
  const file = path.join(folder, '.serverless', 'cloudformation-template-update-stack.json');
  assert.deepEqual(handoff.template, JSON.parse(fs.readFileSync(file, 'utf8')));
  assert.doesNotMatch(stdin, /xleastpriv|CANARY/);
}

/** The engine has the deployer's credentials, by its environment alone. */
function assertCredentials({ environment, argv, stdout, stderr, stdin }) {
  const expected = { ...CREDENTIALS, AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' };
  for (const [key, value] of Object.entries(expected)) assert.equal(environment[key], value, key);
  assert.doesNotMatch([...argv, stdout, stderr, stdin].join('\n'), /CANARY|AKIA/);
}

const callsIn = (log) => log.filter(({ call }) => call).map(({ call }) => call);
const changes = (log) => callsIn(log).filter((call) => !READS.includes(call));
const engineIn = (log) => log.findIndex(({ engine }) => engine);
const changesBefore = (log) => changes(log.slice(0, engineIn(log)));
const changesAfter = (log) => changes(log.slice(engineIn(log)));

function append(folder, text) {
  fs.appendFileSync(path.join(folder, 'serverless.yml'), text);
}

function replaceIn(folder, from, to) {
  const file = path.join(folder, 'serverless.yml');
  const text = fs.readFileSync(file, 'utf8');
  assert.ok(text.includes(from));
  fs.writeFileSync(file, text.replace(from, () => to));
}

module.exports = { testCheck };
