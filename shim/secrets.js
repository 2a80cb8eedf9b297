'use strict';

const { hidden, mapTable } = require('./hidden');
const { isIntrinsic, isTable } = require('./intrinsics');
const { isSecretName } = require('./secret-names');
const { scrubbed, secretValues } = require('./secret-patterns');

// code and scripts: that they are there is enough
const CODE = new Set(['ZipFile', 'UserData']);
// properties that are secrets by the type of their resource
const SECRET_PROPERTIES = {
  'AWS::ApiGateway::ApiKey': ['Value'],
  'AWS::SSM::Parameter': ['Value'],
  'AWS::SecretsManager::Secret': ['SecretString'],
};
// tables whose keys are names that the user gave to things, so they say nothing about the values
const NAMED = new Set([
  ...[
    'Resources',
    'Outputs',
    'Conditions',
    'functions',
    'layers',
    'extensions',
    'stateMachines',
    'States',
    'activities',
  ],
  ...['constructs', 'authorizers', 'dataSources', 'resolvers', 'alarms'],
]);
// parts whose shape is published: a table of a secret name holds settings there, and secrets elsewhere
const PUBLISHED = new Set(['provider', 'functions', 'layers', 'resources', 'outputs', 'template', 'nestedTemplates']);
const PAIRS = [
  ['Key', 'Value'],
  ['Name', 'Value'],
  ['key', 'value'],
  ['name', 'value'],
  ['ParameterKey', 'ParameterValue'],
];

/**
 * A copy without secrets. Kept are keys, names, ARNs, ids and references; values of environments and of secret names, and
 * texts that look like secrets or come from the environment, are replaced. `names` are texts that must stay.
 */
function withoutSecrets(document, environment, names = []) {
  const values = secretValues(environment, names);
  const clean = (value, place) => visit(value, { clean: (text) => scrubbed(text, values), ...place });
  return mapTable(document, (part, key) =>
    key === 'service'
      ? mapTable(part, (one, name) => clean({ [name]: one }, { published: PUBLISHED.has(name) })[name])
      : clean(part, { published: PUBLISHED.has(key) }),
  );
}

/**
 * `place.published`: the shape is published; `place.secret`: below a secret name; `place.keys`: below `apiKeys`, where texts are
 * names; `place.hide`: properties that are secrets by type.
 */
function visit(value, place) {
  if (typeof value === 'string') return place.secret ? hidden(value) : place.clean(value);
  if (typeof value === 'number') return place.secret ? hidden(value) : value;
  if (Array.isArray(value)) return value.map((one) => visit(one, place));
  if (!isTable(value)) return value;
  if (isIntrinsic(value) && place.secret) return hidden(value);
  const hide = [...(place.hide || []), ...pairedSecrets(value)];
  return mapTable(value, (part, key) =>
    hide.includes(key) || CODE.has(key) ? hidden(part) : visitProperty(key, part, value, { ...place, hide: [] }),
  );
}

function visitProperty(key, part, holder, place) {
  const free = { ...place, secret: false, keys: false };
  if (isEnvironment(key, part)) return environmentOf(part, free);
  if (NAMED.has(key) && isTable(part)) return named(key, part, free);
  if (key === 'Parameters' && isTable(part)) return parameters(part, free);
  if (key === 'Properties' && typeof holder.Type === 'string') return visit(part, propertiesOf(holder.Type, free));
  if (/^api_?keys$/i.test(key) && place.published) return visit(part, { ...free, keys: true });
  if (place.keys) return key === 'value' ? hidden(part) : visit(part, place);
  if (isSecretName(key)) return secretProperty(part, free);
  // below a secret name too, what is called a name or an ARN is one
  return visit(part, { ...place, secret: place.secret && isSecretName(`secret ${key}`) });
}

function secretProperty(part, place) {
  const isSettings =
    place.published && !isIntrinsic(part) && (isTable(part) || (Array.isArray(part) && part.some(isTable)));
  return visit(part, isSettings ? place : { ...place, secret: true });
}

// the properties of a custom resource are the user's own
const propertiesOf = (type, place) => ({
  ...place,
  published: !/^Custom::|::CustomResource$/.test(type),
  hide: SECRET_PROPERTIES[type] || [],
});

/** `environment` of the Framework, and the lists and tables of CloudFormation types; CodeBuild's `Environment` is none. */
function isEnvironment(key, part) {
  if (part === null || typeof part !== 'object') return false;
  if (/^(environment|(Runtime)?EnvironmentVariables)$/.test(key)) return true;
  return key === 'Environment' && (Array.isArray(part) || isIntrinsic(part) || 'Variables' in part);
}

/** The names stay. */
function environmentOf(part, place) {
  if (Array.isArray(part)) {
    return part.map((one) =>
      isTable(one)
        ? mapTable(one, (value, key) => (/^value$/i.test(key) ? hidden(value) : visit(value, place)))
        : hidden(one),
    );
  }
  return isIntrinsic(part) ? hidden(part) : mapTable(part, (one) => hidden(one));
}

function named(key, part, place) {
  return mapTable(part, (one, name) => {
    if (!isTable(one)) return visit(one, { ...place, secret: isSecretName(name) });
    const isSecret = key === 'Outputs' && isSecretName(name) && 'Value' in one;
    return visit(isSecret ? { ...one, Value: hidden(one.Value) } : one, place);
  });
}

/** Parameters of a template keep their defaults but for secret ones; those of a nested stack are values by name. */
function parameters(part, place) {
  return mapTable(part, (one, name) => {
    const isDeclared = isTable(one) && !isIntrinsic(one);
    if (!isSecretName(name) && !(isDeclared && String(one.NoEcho) === 'true')) return visit(one, place);
    if (!isDeclared) return hidden(one);
    return visit('Default' in one ? { ...one, Default: hidden(one.Default) } : one, place);
  });
}

/** `{Key: 'token', Value: …}` and its spellings: the value belongs to the name beside it. */
function pairedSecrets(table) {
  const pair = PAIRS.find(([nameKey, valueKey]) => nameKey in table && valueKey in table);
  return pair && (table.IsValueSecret || isSecretName(String(table[pair[0]]))) ? [pair[1]] : [];
}

module.exports = { withoutSecrets };
