'use strict';

const os = require('node:os');

const CREDENTIALS =
  /^(AWS|AMAZON)_(.*_)?(ACCESS_KEY(_ID)?|SECRET_(ACCESS_)?KEY|SESSION_TOKEN|SECURITY_TOKEN|PROFILE|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_[A-Z_]+)$/;

const HIDDEN = {
  AWS_SHARED_CREDENTIALS_FILE: os.devNull,
  AWS_CONFIG_FILE: os.devNull,
  AWS_EC2_METADATA_DISABLED: 'true',
};

/**
 * Puts the deployer's credentials out of reach of this process: plugins bring AWS clients of their own, and some publish or
 * create things while they package. The engine gets the environment as it was.
 */
function hideCredentials(environment) {
  for (const name of Object.keys(environment)) if (CREDENTIALS.test(name)) delete environment[name];
  Object.assign(environment, HIDDEN);
}

/** Puts back what was hidden. `before`: a copy of the environment from before. */
function showCredentials(environment, before) {
  for (const name of Object.keys(HIDDEN)) delete environment[name];
  for (const [name, value] of Object.entries(before)) {
    if (CREDENTIALS.test(name) || Object.hasOwn(HIDDEN, name)) environment[name] = value;
  }
}

module.exports = { CREDENTIALS, hideCredentials, showCredentials };
