'use strict';

// Loads with every command of the Framework, so it requires only what declaring commands needs; the rest is loaded by the
// verbs themselves.
const { declareCheck } = require('./shim/check/declare');
const { declareCommands, verbOf } = require('./shim/commands');
const { settingsSchema } = require('./shim/settings');

/**
 * `sls leastpriv VERB`, and the check in front of `deploy`: declares them and hands the packaged service to the engine. It
 * decides nothing.
 */
class ServerlessLeastpriv {
  constructor(serverless, options, utils) {
    const asked = verbOf(serverless.processedInput);
    if (serverless.configSchemaHandler) {
      serverless.configSchemaHandler.defineCustomProperties(settingsSchema);
    }
    // AWS-backed variables are resolved right after the plugins are constructed, so this cannot wait for a hook
    const session = asked && asked.offline ? require('./shim/offline').goOffline(serverless) : null;
    const verbs = declareCommands(asked, (verb) =>
      require('./shim/run').runVerb({ verb, asked, serverless, options, session }),
    );
    const check = declareCheck({ serverless, options, utils, plugin: this.constructor });
    this.commands = { ...verbs.commands, ...check.commands };
    const error = (failure) => require('./shim/learn/offer').offerLearn(serverless, failure);
    this.hooks = { ...verbs.hooks, ...check.hooks, error };
  }
}

module.exports = ServerlessLeastpriv;
