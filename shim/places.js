'use strict';

/**
 * Places where a placeholder alone does not package although the schema takes a text there: the Framework takes it apart. Each
 * gets an ARN or a word of the form it wants, with the placeholder for what is not known.
 */
const PLACES = [
  // an event source whose kind decides how it is compiled
  [['functions', '*', 'events', '*', 'stream'], (token) => arn('kinesis', `stream/${token}`, token)],
  [
    ['functions', '*', 'events', '*', 'stream', 'arn'],
    (token, { type }) =>
      type === 'dynamodb'
        ? arn('dynamodb', `table/${token}/stream/${token}`, token)
        : arn('kinesis', `stream/${token}`, token),
  ],
  [['functions', '*', 'events', '*', 'msk', 'arn'], (token) => arn('kafka', `cluster/${token}/${token}`, token)],
  // only the name of a function that exists or an ARN
  [['functions', '*', 'events', '*', 'http', 'authorizer'], authorizer],
  [['functions', '*', 'events', '*', 'http', 'authorizer', 'arn'], authorizer],
  [['functions', '*', 'events', '*', 'websocket', 'authorizer'], authorizer],
  [['functions', '*', 'events', '*', 'websocket', 'authorizer', 'arn'], authorizer],
  [['functions', '*', 'destinations', '*'], (token) => arn('sqs', token, token)],
  // only the name of an authorizer that `provider.httpApi.authorizers` defines, which is compiled anyway
  [['functions', '*', 'events', '*', 'httpApi', 'authorizer'], () => undefined],
  [['functions', '*', 'events', '*', 'http'], (token) => `any ${token}`],
  [['functions', '*', 'events', '*', 'http', 'method'], () => 'any'],
  [['functions', '*', 'events', '*', 'httpApi'], () => '*'],
  [['functions', '*', 'events', '*', 'httpApi', 'method'], () => '*'],
  [['functions', '*', 'events', '*', 'httpApi', 'path'], (token) => `/${token}`],
  // the compiler checks it against a pattern
  [
    ['functions', '*', 'events', '*', 'alb', 'listenerArn'],
    (token) => arn('elasticloadbalancing', `listener/app/${token}/${token}/${token}`, token),
  ],
  [['functions', '*'], (token) => ({ handler: `${token}.${token}` })],
  [['layers', '*'], () => undefined],
];

const arn = (service, resource, token) => `arn:aws:${service}:${token}:${token}:${resource}`;

function authorizer(token) {
  return arn('lambda', `function:${token}`, token);
}

/** What stands for the placeholder at a path: `{ value }`, where `undefined` means nothing, or null for other places. */
function valueAt(path, token, holder) {
  const place = PLACES.find(
    ([keys]) => keys.length === path.length && keys.every((key, index) => key === '*' || key === path[index]),
  );
  return place ? { value: place[1](token, holder) } : null;
}

module.exports = { valueAt };
