'use strict';

const { isIntrinsic, isPureReference, isTable, literalText } = require('./intrinsics');
const { isToken } = require('./placeholders');
const { REDACTED } = require('./secret-patterns');

const DYNAMIC_REFERENCE = /\{\{resolve:(?:[^{}]|\$\{[^{}]*\})*\}\}/g;

/**
 * What stands for a secret. References stay, since the engine scopes by them: `Ref`, `Fn::GetAtt`, `Fn::ImportValue`, ARNs and
 * dynamic references, which CloudFormation resolves with the deployer's permissions. Everything else is `redacted`.
 */
function hidden(value) {
  if (value === null || typeof value === 'boolean' || isToken(value)) return value;
  if (Array.isArray(value)) return value.map(hidden);
  if (isTable(value) && !isIntrinsic(value)) return mapTable(value, hidden);
  if (isPureReference(value)) return value;
  if (isTable(value) && Array.isArray(value['Fn::If'])) {
    const [condition, ...branches] = value['Fn::If'];
    return { 'Fn::If': [condition, ...branches.map(hidden)] };
  }
  const text = literalText(value);
  if (isReferenceText(text)) return value;
  const kept = text.match(DYNAMIC_REFERENCE);
  if (!kept) return REDACTED;
  const shown = `${REDACTED} ${kept.join(' ')}`;
  return shown.includes('${') ? { 'Fn::Sub': shown } : shown;
}

const isReferenceText = (text) =>
  /^arn:\S*$/.test(text) || (text !== '' && text.replace(DYNAMIC_REFERENCE, '').trim() === '');

/** A copy of a table with changed values; its keys can be any, `__proto__` too. */
function mapTable(table, change) {
  const result = {};
  for (const [key, part] of Object.entries(table)) {
    Object.defineProperty(result, key, {
      value: change(part, key),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}

module.exports = { hidden, mapTable };
