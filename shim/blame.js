'use strict';

const { userError } = require('./errors');
const { isRefusal, lacksCredentials } = require('./refusal');

/** Remembers which plugin's hook an error came from: hooks are wrapped where they stand, once. → a look-up for errors. */
function rememberHooks(pluginManager) {
  const places = new WeakMap();
  for (const [event, entries] of Object.entries(pluginManager.hooks)) {
    for (const entry of entries) {
      const { hook, pluginName } = entry;
      entry.hook = async (...args) => {
        try {
          return await hook(...args);
        } catch (error) {
          if (error && typeof error === 'object' && !places.has(error)) places.set(error, { event, pluginName });
          throw error;
        }
      };
    }
  }
  return (error) => (error && typeof error === 'object' ? places.get(error) : undefined);
}

/** A call to AWS that we refused, or that found no credentials: an error which names who made it. Others as they are. */
function explained(serverless, error, place) {
  if (!isRefusal(error) && !lacksCredentials(error)) return error;
  const what = isRefusal(error) ? error.what : 'AWS';
  const who = place
    ? `the plugin \`${place.pluginName}\` asks for \`${what}\` in \`${place.event}\``
    : `packaging asks for \`${what}\``;
  return userError(
    serverless,
    'PACKAGING_NEEDS_AWS',
    `${who}, and \`leastpriv\` packages without AWS`,
    'package the service where it has its credentials, then run `sls-leastpriv generate --package .serverless`',
  );
}

module.exports = { explained, rememberHooks };
