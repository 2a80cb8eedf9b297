'use strict';

const REFUSED = 'LEASTPRIV_AWS_CALL_REFUSED';

/** What a call to AWS gets while a command of ours packages. `what` is the operation, the host or the credentials. */
function refusal(what) {
  return Object.assign(new Error(`\`${what}\` was asked for while packaging without AWS`), { code: REFUSED, what });
}

const isRefusal = (error) => Boolean(error) && error.code === REFUSED;

/** Errors of the AWS SDKs, version 2 and 3, that find no credentials. */
function lacksCredentials(error) {
  if (!error) return false;
  const name = `${error.name} ${error.code}`;
  return (
    /Credentials(Provider)?Error|CREDENTIALS_NOT_FOUND|TokenProviderError/.test(name) ||
    /(Missing|Could not load) credentials/i.test(error.message)
  );
}

module.exports = { isRefusal, lacksCredentials, refusal };
