'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { declareCommands, engineArguments, verbOf } = require('../../shim/commands');
const { addFallbacks } = require('../../shim/fallbacks');
const { PackageFolder } = require('../../shim/package-folder');
const { plainCopy } = require('../../shim/plain-copy');
const { fitPlaceholders } = require('../../shim/shapes');
const { settingsSchema } = require('../../shim/settings');
const { PlaceholderVariables } = require('../../shim/variables');
const { REPOSITORY, contents, temporaryFolder } = require('./support/frameworks');

test('which input is one of our verbs', () => {
  const name = (commands, rest) => (verbOf({ commands, ...rest }) || {}).name;
  assert.equal(name(['leastpriv', 'generate']), 'generate');
  assert.equal(name(['leastpriv', 'explain', 'lambda:*']), 'explain');
  for (const commands of [
    ['package'],
    ['leastpriv'],
    ['leastpriv', 'constructor'],
    ['leastpriv', 'generate', 'x'],
    ['leastpriv', 'explain', 'a', 'b'],
    [],
  ]) {
    assert.equal(name(commands), undefined);
  }
  assert.equal(name(['leastpriv', 'generate'], { options: { help: true } }), undefined);
  assert.equal(name(['leastpriv', 'generate'], { isHelpRequest: true }), undefined);
});

test('every option has a type and every verb a hook', () => {
  const { commands, hooks } = declareCommands(null, () => {});
  for (const [name, verb] of Object.entries(commands.leastpriv.commands)) {
    assert.equal(typeof hooks[`leastpriv:${name}:${name}`], 'function');
    for (const option of Object.values(verb.options)) assert.match(option.type, /^(string|boolean|array)$/);
  }
});

test('options become arguments of the engine, as they are', () => {
  const options = { format: 'report', strict: true, previous: 'a b.json', stage: 'dev', output: undefined };
  assert.deepEqual(engineArguments({ name: 'generate' }, options), [
    '--format',
    'report',
    '--previous',
    'a b.json',
    '--strict',
  ]);
  assert.deepEqual(engineArguments({ name: 'generate' }, { strict: false }), []);
  assert.deepEqual(engineArguments({ name: 'explain', word: 'iam:*' }, { commands: 'deploy' }), [
    'iam:*',
    '--commands',
    'deploy',
  ]);
});

test('the settings that the contract names, and `check: off` as YAML reads it', () => {
  const { properties, additionalProperties } = settingsSchema.properties.leastpriv;
  assert.equal(additionalProperties, false);
  assert.deepEqual(Object.keys(properties).sort(), [
    'account',
    'baseline',
    'boundary',
    'check',
    'commands',
    'output',
    'overlay',
    'python',
    'regions',
    'stages',
  ]);
  assert.ok(properties.check.enum.includes(false));
});

test('a copy has what JSON has: cycles and instances are dropped, what is shared is copied', () => {
  const shared = { a: 1 };
  const value = {
    one: shared,
    two: [shared, undefined, () => {}],
    when: new Date(0),
    instance: new Map(),
    none: null,
    bare: Object.create(null),
  };
  value.self = value;
  value.two.push(value);
  assert.deepEqual(plainCopy(value), {
    one: { a: 1 },
    two: [{ a: 1 }, null, null, null],
    when: '1970-01-01T00:00:00.000Z',
    none: null,
    bare: {},
  });
  let bomb = ['x'];
  for (let depth = 0; depth < 10; depth += 1) bomb = Array(10).fill(bomb);
  assert.equal(plainCopy(bomb), null);
});

test('the shape of a placeholder follows the schema', () => {
  const token = 'xleastprivvar0x';
  const properties = {
    text: { type: 'string', pattern: '^arn:' },
    list: { type: 'array', items: { $ref: '#/definitions/text' } },
    objects: { type: 'array', items: { type: 'object' } },
    number: { anyOf: [{ type: 'integer', minimum: 128 }, { $ref: '#/definitions/reference' }] },
    choice: { enum: ['a', 'b'] },
    word: { anyOf: [{ type: 'string', regexp: '/^edge$/i' }] },
    flag: { type: 'boolean' },
    disableIt: { type: 'boolean' },
    tags: { type: 'object', patternProperties: { '^': { type: 'string' } } },
    table: { type: 'object', properties: { a: { type: 'string' } } },
    either: { oneOf: [{ type: 'boolean' }, { type: 'string' }] },
    nothing: { type: 'null' },
    inside: { type: 'array', items: { type: 'object', properties: { n: { type: 'number' } } } },
  };
  const reference = { type: 'object', properties: { Ref: { type: 'string' } }, required: ['Ref'] };
  const schema = { type: 'object', properties, definitions: { text: { type: 'string' }, reference } };
  const configuration = Object.fromEntries(Object.keys(properties).map((key) => [key, token]));
  Object.assign(configuration, { inside: [token, { n: token }], free: token, nested: { free: token } });
  fitPlaceholders(configuration, schema);
  assert.deepEqual(configuration, {
    text: token,
    list: [token],
    objects: [],
    number: 128,
    choice: 'a',
    word: 'edge',
    flag: true,
    disableIt: false,
    tags: { [token]: token },
    table: {},
    either: token,
    inside: [{}, { n: 1 }],
    free: token,
    nested: { free: token },
  });
});

test('fallbacks are asked for where a deploy may ask for them', () => {
  const variables = new PlaceholderVariables();
  variables.ask('ssm', '/first');
  const first = { type: 'ssm', address: { value: '/first' } };
  const place = (address, heads, path = ['custom', 'x']) => ({
    source: 'ssm',
    address,
    params: [],
    path,
    heads,
    nested: true,
  });
  const known = {
    configuration: { custom: { name: 'blue' }, params: { default: { p: 'q' } } },
    options: { o: 'opt' },
    environment: {},
    stage: 'dev',
    region: 'eu-west-1',
  };
  addFallbacks(
    variables,
    [
      place('/a/${self:custom.name}/${opt:o}/${sls:stage}/${aws:region}/${param:p}', [first]),
      place('/b/${cf:stack.Out}', [first]),
      place('/c/${self:custom.missing}', [first]),
      place('/not-asked', [{ type: 'ssm', address: { value: '/other' } }]),
      place('/not-asked', [{ type: 'self', address: { value: 'custom.name' } }]),
      place('/not-asked', [first], ['params', 'prod', 'x']),
    ],
    known,
  );
  assert.deepEqual(
    variables.list.slice(1).map(({ source, address }) => `${source}:${address}`),
    [
      'ssm:/a/blue/opt/dev/eu-west-1/q',
      'cf:stack.Out',
      `ssm:/b/${variables.ask('cf', 'stack.Out')}`,
      'ssm:/c/${self:custom.missing}',
    ],
  );
});

test('the package folder comes back when the process is interrupted', async (t) => {
  const folder = temporaryFolder(t);
  fs.mkdirSync(path.join(folder, '.serverless'));
  fs.writeFileSync(path.join(folder, '.serverless', 'state'), 'theirs');
  const script = `
    const { PackageFolder } = require(${JSON.stringify(path.join(REPOSITORY, 'shim', 'package-folder'))});
    const one = new PackageFolder(${JSON.stringify(folder)});
    one.borrow();
    require('fs').mkdirSync(one.folder);
    require('fs').writeFileSync(require('path').join(one.folder, 'state'), 'ours');
    console.log('ready');
    setInterval(() => {}, 1000);`;
  for (const [signal, left] of [
    ['SIGINT', 'theirs'],
    ['SIGKILL', 'ours'],
  ]) {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill(signal);
    await new Promise((resolve) => child.on('close', resolve));
    assert.equal(fs.readFileSync(path.join(folder, '.serverless', 'state'), 'utf8'), left);
  }
  // what a killed process had moved aside is put back by the next
  fs.rmSync(path.join(folder, '.serverless'), { recursive: true });
  const next = new PackageFolder(folder);
  next.borrow();
  next.putBack();
  assert.deepEqual(contents(folder), { [path.join('.serverless', 'state')]: 'theirs' });
});

test('index.js loads only what declaring commands needs', () => {
  const script = `require(${JSON.stringify(REPOSITORY)}); console.log(Object.keys(require.cache).map((file) => require('path').basename(file)).join())`;
  const child = require('node:child_process').spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  assert.deepEqual(child.stdout.trim().split(',').sort(), ['commands.js', 'declare.js', 'index.js', 'settings.js']);
});
