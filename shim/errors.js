'use strict';

/** An error that the Framework shows without a stack trace. `help` is the next step for the user. */
function userError(serverless, code, message, help) {
  return new serverless.classes.Error(`${message}\nhelp: ${help}`, `LEASTPRIV_${code}`);
}

module.exports = { userError };
