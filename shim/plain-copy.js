'use strict';

// a configuration of YAML aliases can stand for more than memory holds
const MOST_VALUES = 2_000_000;

/**
 * A JSON-like copy: plain objects, lists and scalars. What leads back to itself is dropped, and so are functions and
 * instances of classes, which plugins keep in the configuration; what is shared is copied. Returns null when it is too large.
 */
function plainCopy(value) {
  const state = { above: new Set(), count: 0 };
  const result = copy(value, state);
  return state.count > MOST_VALUES ? null : result;
}

function copy(value, state) {
  state.count += 1;
  if (state.count > MOST_VALUES) return undefined;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object')
    return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
  if (state.above.has(value) || !isPlain(value)) return undefined;
  state.above.add(value);
  const result = Array.isArray(value) ? value.map((one) => copy(one, state) ?? null) : copyTable(value, state);
  state.above.delete(value);
  return result;
}

function copyTable(table, state) {
  const result = {};
  for (const key of Object.keys(table)) {
    const part = copy(table[key], state);
    if (part !== undefined)
      Object.defineProperty(result, key, { value: part, enumerable: true, configurable: true, writable: true });
  }
  return result;
}

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  // objects of another realm or of `Object.create(null)` are plain too
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

module.exports = { plainCopy };
