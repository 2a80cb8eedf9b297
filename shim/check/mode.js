'use strict';

const { userError } = require('../errors');

const MODES = ['off', 'warn', 'error'];
const DEFAULT = 'warn';

/** The mode of the check: the option comes before the environment, for CI, and both before the service's setting. */
function modeOf(serverless, options, environment) {
  const settings = (serverless.service.custom || {}).leastpriv || {};
  const given = [
    ['--leastpriv-check', options['leastpriv-check']],
    ['SLS_LEASTPRIV_CHECK', environment.SLS_LEASTPRIV_CHECK || undefined],
    ['custom.leastpriv.check', settings.check],
  ];
  const [name, value] = given.find(([, one]) => one !== undefined && one !== null) || [null, DEFAULT];
  // YAML 1.1 reads an unquoted `off` as false, and the Framework `--no-leastpriv-check`
  const mode = value === false ? 'off' : value;
  if (MODES.includes(mode)) return mode;
  const help = `one of ${MODES.join(', ')}`;
  throw userError(serverless, 'CHECK_MODE', `\`${value}\` is no mode of the check (\`${name}\`)`, help);
}

module.exports = { modeOf };
