'use strict';

const { isToken } = require('./placeholders');
const { valueAt } = require('./places');

/**
 * Gives each placeholder that stands alone the shape that the Framework's own configuration schema wants at its place: a text
 * stays, a list holds it, a number becomes a number that the schema allows. What the schema does not describe stays as it is.
 *
 * The places are changed where they stand.
 */
function fitPlaceholders(configuration, schema) {
  const definitions = schema.definitions || {};
  // `resources` and `functions` may be lists of objects, which the schema does not say
  for (const key of ['resources', 'functions']) {
    if (Array.isArray(configuration[key]))
      configuration[key] = configuration[key].map((one) => (isToken(one) ? {} : one));
  }
  fit(configuration, [schema], definitions, []);
}

function fit(value, schemas, definitions, above) {
  const choices = alternatives(schemas, definitions);
  // backwards, because items can be taken out of a list
  for (const key of Object.keys(value).reverse()) {
    const part = value[key];
    const path = [...above, key];
    const inner = choices.flatMap((schema) => below(schema, key, Array.isArray(value)));
    if (isToken(part)) {
      const own = valueAt(path, part, value);
      put(value, key, own ? own.value : shaped(key, part, inner, definitions));
    } else if (part && typeof part === 'object' && inner.length) fit(part, inner, definitions, path);
  }
}

function put(value, key, shape) {
  if (shape !== undefined) value[key] = shape;
  else if (Array.isArray(value)) value.splice(Number(key), 1);
  else delete value[key];
}

/** Resolves references and unites `anyOf`, `oneOf` and `allOf`. */
function alternatives(schemas, definitions, seen = new Set()) {
  const found = [];
  for (const schema of schemas) {
    if (!schema || typeof schema !== 'object' || seen.has(schema)) continue;
    seen.add(schema);
    if (schema.$ref) found.push(...alternatives([definitions[schema.$ref.split('/').pop()]], definitions, seen));
    const { anyOf = [], oneOf = [], allOf = [], ...own } = schema;
    found.push(...alternatives([...anyOf, ...oneOf, ...allOf], definitions, seen));
    if (Object.keys(own).some((name) => name !== '$ref' && name !== 'description')) found.push(own);
  }
  return found;
}

function below(schema, key, inList) {
  if (inList) return Array.isArray(schema.items) ? [schema.items[key]] : [schema.items];
  const own = schema.properties && schema.properties[key];
  if (own) return [own];
  const named = Object.entries(schema.patternProperties || {}).filter(([pattern]) => new RegExp(pattern).test(key));
  if (named.length) return named.map(([, inner]) => inner);
  return schema.additionalProperties ? [schema.additionalProperties] : [];
}

function shaped(key, placeholder, schemas, definitions) {
  const choices = alternatives(schemas, definitions);
  if (!choices.length || choices.some(isFreeText)) return placeholder;
  const list = choices.find((one) => takes(one, 'array'));
  if (list) {
    const items = alternatives([].concat(list.items || []), definitions);
    return !items.length || items.some(isFreeText) ? [placeholder] : [];
  }
  const table = choices.find((one) => takes(one, 'object') && !isIntrinsic(one));
  if (table) return tableOf(placeholder, table, definitions);
  const number = choices.find((one) => takes(one, 'integer') || takes(one, 'number'));
  // 0 switches several settings off, and what is switched off needs nothing
  if (number) return number.enum ? number.enum[0] : Math.max(number.minimum || 0, 1);
  // what is not known is granted, and what is on needs more than what is off
  if (choices.some((one) => takes(one, 'boolean'))) return !/^disable/.test(key);
  const [word] = choices.flatMap(words);
  return word;
}

/** A table of texts holds the placeholder as key and value, so that it is seen that there is something. */
function tableOf(placeholder, table, definitions) {
  const values = Object.values(table.patternProperties || {}).concat(table.additionalProperties || []);
  const texts = alternatives(values, definitions).some(isFreeText);
  if (texts) return { [placeholder]: placeholder };
  const lists = Object.entries(table.properties || {}).filter(([, one]) =>
    alternatives([one], definitions).some((inner) => takes(inner, 'array')),
  );
  // the ids of a `vpc`
  const all = Object.keys(table.properties || {});
  return lists.length && lists.length === all.filter((key) => /Ids$/.test(key)).length
    ? Object.fromEntries(lists.map(([key]) => [key, [placeholder]]))
    : {};
}

const types = (schema) => [].concat(schema.type || (schema.properties || schema.patternProperties ? 'object' : []));
const takes = (schema, type) => types(schema).includes(type);
const isFreeText = (schema) => {
  const closed = schema.enum || 'const' in schema || literalOf(schema);
  return takes(schema, 'string') ? !closed : !types(schema).length && !closed && !schema.not;
};
const isIntrinsic = (schema) =>
  Object.keys(schema.properties || {}).some((key) => key === 'Ref' || key.startsWith('Fn::'));

/** The words that a closed schema allows. */
function words(schema) {
  if ('const' in schema) return schema.const === null || schema.const === false ? [] : [schema.const];
  if (schema.enum) return schema.enum;
  const literal = literalOf(schema);
  return literal ? [literal] : [];
}

/** The word that a pattern of a word stands for: `/^regional$/i`. */
const literalOf = (schema) => (/^\/\^([\w-]+)\$\/i?$/.exec(schema.regexp || '') || [])[1];

module.exports = { fitPlaceholders };
