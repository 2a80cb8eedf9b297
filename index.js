'use strict';

// Loads with every command of the Framework, so it requires only what declaring commands needs; the rest is loaded by the
// verbs themselves.
const { declareCommands, verbOf } = require('./shim/commands');
const { settingsSchema } = require('./shim/settings');

/** `sls leastpriv VERB`: declares the verbs and hands the packaged service to the engine. It decides nothing. */
class ServerlessLeastpriv {
  constructor(serverless, options) {
    const asked = verbOf(serverless.processedInput);
    if (serverless.configSchemaHandler) {
      serverless.configSchemaHandler.defineCustomProperties(settingsSchema);
    }
    // AWS-backed variables are resolved right after the plugins are constructed, so this cannot wait for a hook
    const session = asked && asked.offline ? require('./shim/offline').goOffline(serverless) : null;
    const { commands, hooks } = declareCommands(asked, (verb) =>
      require('./shim/run').runVerb({ verb, asked, serverless, options, session }),
    );
    this.commands = commands;
    this.hooks = hooks;
  }
}

module.exports = ServerlessLeastpriv;
