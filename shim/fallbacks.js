'use strict';

const { AWS_SOURCES } = require('./variables');

const INNERMOST = /\$\{([a-zA-Z]+)(?:\(([^${}()]*)\))?:([^${}]*)\}/;

/**
 * Adds the variables that only stand as fallbacks, `${ssm:/a, ssm:/b}`: the Framework asks for them when the first has no
 * value, and a placeholder always has one. Their addresses are filled from the resolved configuration; the Framework is not
 * asked to, because an address that cannot be resolved is no error as long as the fallback is not used.
 */
function addFallbacks(variables, places, known) {
  for (const { source, address, params, path, heads } of places) {
    if (!heads.length || isOtherStage(path, known.stage) || !heads.some((head) => isAsked(variables, head))) continue;
    const before = variables.list.length;
    variables.ask(
      source,
      filled(address, known, variables, path),
      params.map((one) => filled(one, known, variables, path)),
    );
    if (variables.list.length > before) variables.list[variables.list.length - 1].path = path;
  }
}

// the parameters of other stages are not resolved
const isOtherStage = ([first, stage], current) => first === 'params' && stage !== 'default' && stage !== current;

function isAsked(variables, { type, address, params = [] }) {
  if (!AWS_SOURCES.includes(type) || !address) return false;
  if (address.variables || params.some((param) => param.variables)) return true;
  return variables.has(
    type,
    String(address.value),
    params.map((param) => String(param.value)),
  );
}

/** The text with its nested variables replaced by what is known of them; what is not known stays as it is written. */
function filled(text, known, variables, path) {
  let rest = String(text);
  for (let match = INNERMOST.exec(rest); match; match = INNERMOST.exec(rest)) {
    const value = valueOf(match, known, variables, path);
    if (value === undefined) return rest;
    rest = rest.slice(0, match.index) + value + rest.slice(match.index + match[0].length);
  }
  return rest;
}

function valueOf([, source, params, address], known, variables, path) {
  if (source === 'aws' && address === 'region') return known.region;
  if (AWS_SOURCES.includes(source)) {
    const before = variables.list.length;
    const placeholder = variables.ask(source, address, params ? params.split(',').map((one) => one.trim()) : []);
    if (variables.list.length > before) variables.list[before].path = path;
    return placeholder;
  }
  if (source === 'sls' && address === 'stage') return known.stage;
  if (source === 'opt') return scalar(known.options[address]);
  if (source === 'env') return scalar(known.environment[address]);
  if (source === 'self') return scalar(at(known.configuration, address.split('.')));
  if (source === 'param') return scalar(param(known, address));
  return undefined;
}

function param({ configuration, stage }, name) {
  const params = configuration.params || {};
  for (const group of [params[stage], params.default]) if (group && group[name] !== undefined) return group[name];
  return undefined;
}

const at = (value, keys) => keys.reduce((one, key) => (one && typeof one === 'object' ? one[key] : undefined), value);
const scalar = (value) => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined);

module.exports = { addFallbacks, filled };
