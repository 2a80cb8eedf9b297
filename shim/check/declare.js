'use strict';

/** The commands that are checked, each by its first event: in front of what it changes, and what the plugins do there. */
const EVENTS = {
  deploy: 'before:deploy:deploy',
  'deploy function': 'before:deploy:function:initialize',
  remove: 'before:remove:remove',
  rollback: 'before:rollback:initialize',
};
// the Framework packages inside of `deploy`, before any plugin gets its turn there
const PACKAGING = 'before:package:cleanup';

const options = {
  'leastpriv-check': { usage: 'Check first what the deployer may do: off, warn (default) or error', type: 'string' },
};
// the Framework's own commands, which get one more option
const commands = {
  deploy: { options, commands: { function: { options } } },
  remove: { options },
  rollback: { options },
};

/** The `commands` and `hooks` of the automatic check. `run`: what the plugin was constructed with, and its class. */
function declareCheck(run) {
  const { processedInput, variablesMeta } = run.serverless;
  const command = processedInput.commands.join(' ');
  // the Framework forgets variables as it resolves them
  const hasVariables = Object.hasOwn(EVENTS, command) && variablesMeta && variablesMeta.size;
  const secretPlaces = hasVariables ? require('./secret-variables').secretPlaces(variablesMeta) : [];
  let gate;
  const check = (name) => {
    const mode = require('./mode').modeOf(run.serverless, run.options, process.env);
    if (mode === 'off') return undefined;
    gate = gate || new (require('./gate').Gate)({ ...run, secretPlaces, mode });
    return gate.check(name);
  };
  const hooks = { [PACKAGING]: () => (command === 'deploy' ? check('package') : undefined) };
  for (const [name, event] of Object.entries(EVENTS)) hooks[event] = () => check(name);
  return { commands, hooks };
}

module.exports = { declareCheck };
