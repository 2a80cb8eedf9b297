'use strict';

/**
 * Whether this run may go on: only `pull_request`. On `pull_request_target` and `workflow_run` the code of a fork would run with
 * the secrets of this repository.
 */
const { execFileSync } = require('node:child_process');
const { fail, readEvent, setOutputs } = require('./workflow');

const { GITHUB_EVENT_NAME, GITHUB_REPOSITORY, LEASTPRIV_BASE } = process.env;

if (GITHUB_EVENT_NAME !== 'pull_request') {
  fail(`the event is \`${GITHUB_EVENT_NAME}\``, 'use this action in a workflow `on: pull_request`');
}
const { number, pull_request: pull } = readEvent();
const fork = !pull.head.repo || pull.head.repo.full_name !== GITHUB_REPOSITORY;
setOutputs({ number, fork, base: LEASTPRIV_BASE || fetched(pull.base.ref) });

/** The branch that the pull request goes to, which a checkout does not fetch. */
function fetched(branch) {
  try {
    const refspec = `+refs/heads/${branch}:refs/remotes/origin/${branch}`;
    execFileSync('git', ['fetch', '--quiet', '--no-tags', '--depth=1', 'origin', refspec], { stdio: 'inherit' });
  } catch {
    fail(`the branch \`${branch}\` cannot be fetched`, 'check out with the credentials kept, or fetch it and give `base`');
  }
  return `origin/${branch}`;
}
