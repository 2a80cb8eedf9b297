'use strict';

/** Whether a table is a CloudFormation function: `{Ref}`, `{Fn::…}`. */
function isIntrinsic(value) {
  if (!isTable(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'));
}

/** A function that only refers, without a literal of the user in it. */
function isPureReference(value) {
  if (!isIntrinsic(value)) return false;
  const [[name, argument]] = Object.entries(value);
  if (['Ref', 'Fn::GetAtt', 'Fn::FindInMap'].includes(name)) return true;
  return name === 'Fn::ImportValue' && (typeof argument === 'string' || isPureReference(argument));
}

/** The literal text of a string, of `Fn::Sub` and of `Fn::Join`, with `${x}` where something is filled in. */
function literalText(value) {
  if (!isTable(value)) return String(value);
  const [[name, argument]] = Object.entries(value);
  if (name === 'Fn::Sub') return substitutedText(argument);
  if (name !== 'Fn::Join' || !Array.isArray(argument) || !Array.isArray(argument[1])) return '';
  return argument[1].map((one) => (isTable(one) ? '${x}' : String(one))).join(String(argument[0]));
}

/** Only when what is filled in are references, and no literals. */
function substitutedText(argument) {
  if (!Array.isArray(argument)) return String(argument);
  const [text, values] = argument;
  return Object.values(values || {}).every(isPureReference) ? String(text) : '';
}

const isTable = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

module.exports = { isIntrinsic, isPureReference, isTable, literalText };
