'use strict';

const { userError } = require('../errors');
const { frameworkOf } = require('../framework');
const { configurationOf } = require('../handoff');
const { listedBefore, orderNotice } = require('./order');
const { packagingChangesAws } = require('./packaging');
const { showProgress } = require('./progress');
const { ask } = require('./question');
const { secretsAt } = require('./secret-variables');

const FOUND = 1;
const AWS_COULD_NOT_BE_ASKED = 4;

/**
 * Stands in front of the commands that change AWS. In the mode `error` nobody passes but whom the engine lets pass; in the mode
 * `warn` everybody passes, whatever happens here.
 */
class Gate {
  constructor({ serverless, options, utils, plugin, secretPlaces, mode }) {
    Object.assign(this, { serverless, options, utils, plugin, secretPlaces, mode });
    this.framework = frameworkOf(serverless);
    this.configuration = null;
    this.isOrderSaid = false;
    this.hasFailed = false;
  }

  /** `command`: `deploy`, `deploy function`, `remove`, `rollback`, or `package` for what a deploy does first. */
  async check(command) {
    // without a timestamp it only lists; and what failed once in a deploy would fail again
    if ((command === 'rollback' && !this.options.timestamp) || this.hasFailed) return;
    let result;
    try {
      result = await this.answer(command);
    } catch (error) {
      this.couldNot(command, error.message);
      return;
    }
    if (result.crashed || result.code > FOUND) this.couldNot(command, reasonOf(result));
    else if (result.code === FOUND && this.mode === 'error') throw this.missing(command);
  }

  async answer(command) {
    const { serverless, options, framework, mode } = this;
    const provider = serverless.getProvider('aws');
    if (!provider) return { code: 0 };
    // packaging writes what it compiles into the same objects
    this.configuration = this.configuration || configurationOf(serverless);
    if (command === 'package' && !packagingChangesAws(serverless, provider, framework)) return { code: 0 };
    this.sayOrder();
    const done = showProgress(this.utils, 'Checking what the deployer may do');
    try {
      const secrets = secretsAt(this.secretPlaces, serverless.configurationInput);
      return await ask(serverless, options, { command, mode, configuration: this.configuration, framework, secrets });
    } finally {
      done();
    }
  }

  sayOrder() {
    const before = listedBefore(this.serverless, this.plugin);
    if (before.length && !this.isOrderSaid) process.stderr.write(orderNotice(before));
    this.isOrderSaid = true;
  }

  couldNot(command, reason) {
    this.hasFailed = true;
    if (this.mode === 'error') {
      const help = 'go on without it by `--leastpriv-check off`';
      throw userError(this.serverless, 'CHECK_FAILED', `\`${command}\` could not be checked: ${reason}`, help);
    }
    process.stderr.write(`leastpriv: \`${command}\` could not be checked, and goes on: ${reason}\n`);
  }

  missing(command) {
    const message = `\`${command}\` was stopped: the deployer lacks actions that it needs, which are listed above`;
    return userError(this.serverless, 'MISSING_ACTIONS', message, 'grant them, or go on by `--leastpriv-check warn`');
  }
}

/** What the engine has not said itself. */
function reasonOf({ code, crashed }) {
  const isSaid = code === AWS_COULD_NOT_BE_ASKED && !crashed;
  return isSaid ? 'for the reason that is given above' : `the engine ended with exit code ${code}`;
}

module.exports = { Gate };
