'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { frameworks, needs, run, service } = require('./frameworks');

/** Marked secrets wherever a secret belongs: none on the engine's stdin, nor in its arguments; marked names are all there. */
function testSecrets(name) {
  const cli = frameworks().get(name);

  test(`${name}: no secret reaches the engine, and what scopes a policy does`, needs(cli), async (t) => {
    const folder = service(t, 'secrets', { '.env': 'SOME_API_TOKEN=CANARY-35-from-dotenv\n' });
    const result = await run(cli, folder, ['leastpriv', 'generate'], { DEPLOY_PASSWORD: 'KEEP-nothing-of-this' });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(result.stdin.match(/[^"]*CANARY[^"]*/g), null);
    assert.doesNotMatch(result.stdin, /424213371|KEEP-nothing-of-this/);
    assert.doesNotMatch(JSON.stringify(result.argv) + result.stdout + result.stderr, /CANARY/);
    const written = fs.readFileSync(path.join(folder, 'serverless.yml'), 'utf8');
    const kept = new Set(written.replace(/^#.*/gm, '').match(/KEEP[A-Za-z_-]*/g));
    // a template of a secret may hold a part of it
    kept.delete('KEEP-or-not');
    assert.deepEqual(
      [...kept].filter((one) => !result.stdin.includes(one)),
      [],
    );
  });
}

module.exports = { testSecrets };
