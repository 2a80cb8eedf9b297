'use strict';

/** Runs `leastpriv diff` through the Framework of the service: the job summary, and what the comment will say. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { fail, setOutputs } = require('./workflow');

const { GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE, LEASTPRIV_BASE, LEASTPRIV_COMMAND, LEASTPRIV_FOLDER, LEASTPRIV_OPTIONS } = process.env;
const folder = path.resolve(GITHUB_WORKSPACE, LEASTPRIV_FOLDER);
const markdown = path.join(process.env.RUNNER_TEMP, `leastpriv-${process.pid}.md`);

const [program, ...words] = framework();
const also = ['sarif', 'html'].flatMap((format) => {
  const file = process.env[`LEASTPRIV_${format.toUpperCase()}`];
  return file ? ['--also', `${format}=${path.resolve(GITHUB_WORKSPACE, file)}`] : [];
});
const options = (LEASTPRIV_OPTIONS || '').split(/\r?\n/).filter((word) => word.trim());
const { status, error } = spawnSync(
  program,
  [...words, 'leastpriv', 'diff', '--base', LEASTPRIV_BASE, '--format', 'markdown', '--output', markdown, ...also, ...options],
  { cwd: folder, stdio: 'inherit', env: withoutTokens() },
);
if (error || (status !== 0 && status !== 1)) {
  fail(`the comparison could not be made (exit code ${error ? error.code : status})`, 'see the output above', status || 1);
}
fs.appendFileSync(GITHUB_STEP_SUMMARY, `${fs.readFileSync(markdown, 'utf8')}\n`);
setOutputs({ markdown, widened: status === 1 });

/** `osls` or `serverless`, whichever is installed for the service. */
function framework() {
  if (LEASTPRIV_COMMAND) return LEASTPRIV_COMMAND.trim().split(/\s+/);
  for (let place = folder; ; place = path.dirname(place)) {
    for (const name of ['osls', 'serverless']) {
      const entry = path.join(place, 'node_modules', name, 'bin', 'serverless.js');
      if (fs.existsSync(entry)) return [process.execPath, entry];
    }
    if (place === path.dirname(place)) return fail('neither `osls` nor `serverless` is installed', 'give `command`');
  }
}

/** The code of the pull request runs here: it gets no token of the workflow, whatever the workflow put into the environment. */
function withoutTokens() {
  const hidden = /^(GITHUB_TOKEN|GH_TOKEN|ACTIONS_(ID_TOKEN_REQUEST|RUNTIME)_TOKEN)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !hidden.test(name)));
}
