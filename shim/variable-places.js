'use strict';

const { hasToken, token } = require('./placeholders');
const { AWS_SOURCES } = require('./variables');

/**
 * Where AWS-backed variables stand, from the Framework's parsed variables (a Map of property path to syntax tree), while the
 * constructors of the plugins run. `heads` are the sources in front of one that is a fallback.
 */
function variablePlaces(variablesMeta) {
  const places = [];
  for (const [key, meta] of variablesMeta || []) collect(meta, key.split('\0'), places);
  return places;
}

function collect(meta, path, places) {
  for (const { sources } of meta.variables || []) {
    for (const [position, source] of (sources || []).entries()) {
      if (AWS_SOURCES.includes(source.type)) places.push(place(source, path, sources.slice(0, position)));
      for (const part of [source.address, ...(source.params || [])]) if (part) collect(part, path, places);
    }
  }
}

function place(source, path, heads) {
  const params = (source.params || []).map((param) => String(param.value));
  const address = source.address ? String(source.address.value) : '';
  const nested = [source.address, ...(source.params || [])].some((part) => part && part.variables);
  return { source: source.type, address, params, path, heads, nested };
}

/** Gives every variable the path of the property it stands in; a nested one that of the variable around it. */
function locate(variables, places, configuration) {
  for (const variable of variables.list) {
    if (variable.path.length) continue;
    const own = places.find((one) => !one.nested && same(one, variable));
    variable.path = own ? own.path : usePath(variable, places, configuration);
  }
  for (const variable of variables.list) {
    if (variable.path.length) continue;
    const around = variables.list.find((one) => one.address.includes(token(variable.index)));
    if (around) variable.path = around.path;
  }
}

const same = (one, other) =>
  one.source === other.source && one.address === other.address && one.params.join('\0') === other.params.join('\0');

function usePath(variable, places, configuration) {
  const uses = [...paths(configuration, token(variable.index), [])];
  const written = new Set(places.filter((one) => one.source === variable.source).map((one) => one.path.join('\0')));
  return uses.find((path) => written.has(path.join('\0'))) || uses[0] || [];
}

function* paths(value, wanted, path) {
  if (hasToken(value) && value.includes(wanted)) yield path;
  if (!value || typeof value !== 'object') return;
  for (const [key, part] of Object.entries(value)) yield* paths(part, wanted, [...path, key]);
}

module.exports = { locate, variablePlaces };
