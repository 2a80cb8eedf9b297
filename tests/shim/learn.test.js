'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { DENIED, engineArguments } = require('../../shim/commands');
const { offerLearn } = require('../../shim/learn/offer');
const { temporaryFolder } = require('./support/frameworks');

const DENIAL = 'User: arn:aws:iam::111111111111:user/ci is not authorized to perform: lambda:CreateFunction';

/** What the hook says and keeps for a failure. */
function offered(t, failure, commands = ['deploy']) {
  const serviceDir = temporaryFolder(t);
  const write = t.mock.method(process.stderr, 'write', () => true);
  offerLearn({ processedInput: { commands }, serviceDir }, failure);
  const said = write.mock.calls.map(({ arguments: [text] }) => text).join('');
  write.mock.restore();
  const file = path.join(serviceDir, DENIED);
  return { said, kept: fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null, file };
}

test('a deploy that fails by a denial is offered `learn`, and the words are kept for the user alone', (t) => {
  const { said, kept, file } = offered(t, new Error(DENIAL));
  assert.match(said, /`sls leastpriv learn`/);
  assert.equal(kept, `${DENIAL}\n`);
  if (process.platform !== 'win32') assert.equal(fs.statSync(file).mode & 0o777, 0o600);
});

test('the words of what caused the failure are kept too', (t) => {
  const cause = Object.assign(new Error('Stack failed'), { providerError: new Error(DENIAL) });
  assert.equal(offered(t, cause).kept, `Stack failed\n${DENIAL}\n`);
});

test('other failures and other commands are left alone', (t) => {
  for (const [failure, commands] of [
    [new Error('the template is not valid'), ['deploy']],
    [new Error(DENIAL), ['package']],
    [undefined, ['deploy']],
    ['text', ['deploy']],
  ]) {
    assert.deepEqual(Object.values(offered(t, failure, commands)).slice(0, 2), ['', null]);
  }
});

test('a place that cannot be written to does not hide the offer', (t) => {
  const serviceDir = path.join(temporaryFolder(t), 'file');
  fs.writeFileSync(serviceDir, '');
  const write = t.mock.method(process.stderr, 'write', () => true);
  offerLearn({ processedInput: { commands: ['remove'] }, serviceDir }, new Error(DENIAL));
  const said = write.mock.calls.map(({ arguments: [text] }) => text).join('');
  write.mock.restore();
  assert.match(said, /learn LOG/);
});

test('`learn` reads the kept words, a log that is named, or nothing but the events', () => {
  assert.deepEqual(engineArguments({ name: 'learn' }, {}), [DENIED]);
  assert.deepEqual(engineArguments({ name: 'learn', word: 'ci.log' }, {}), ['ci.log']);
  assert.deepEqual(engineArguments({ name: 'learn' }, { log: 'a.log', output: 'leastpriv' }), ['a.log', '--output', 'leastpriv']);
  assert.deepEqual(engineArguments({ name: 'learn' }, { events: true }), ['--events']);
});
