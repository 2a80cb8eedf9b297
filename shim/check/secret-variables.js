'use strict';

const { isSecretName } = require('../secret-names');

const SECRETS_MANAGER = /^\/aws\/reference\/secretsmanager\//;

/**
 * Where variables stand that read secrets, as property paths, from the Framework's parsed variables. In a check they are
 * resolved, and can stand under any name.
 */
function secretPlaces(variablesMeta) {
  return [...variablesMeta]
    .filter(([, { variables }]) => (variables || []).some(({ sources }) => (sources || []).some(readsSecret)))
    .map(([key]) => key.split('\0'));
}

function readsSecret({ type, address }) {
  if (type !== 'ssm' || !address) return false;
  const name = String(address.value);
  // only the last part: `/token-service/table` is a table
  return SECRETS_MANAGER.test(name) || isSecretName(name.split('/').pop());
}

/** The texts at these places: as a table of secret names, which is how secrets of the environment are told from the rest. */
function secretsAt(places, configuration) {
  const values = places.flatMap((path) => texts(path.reduce((one, key) => (isHolder(one) ? one[key] : undefined), configuration)));
  return Object.fromEntries(values.map((text, index) => [`SECRET_${index}`, text]));
}

function texts(value) {
  if (typeof value === 'string') return [value];
  return isHolder(value) ? Object.values(value).flatMap(texts) : [];
}

const isHolder = (value) => value !== null && typeof value === 'object';

module.exports = { secretPlaces, secretsAt };
