'use strict';

const { calledName } = require('./values');
const { capital } = require('./sdk-values');
const { isService, plainName } = require('./known');

// methods of a client whose first argument names the operation
const NAMING = { makeRequest: '', makeUnauthenticatedRequest: '', getSignedUrl: '', getSignedUrlPromise: '', waitFor: 'WaitUntil' };
// what an operation can be called: anything else that a source passes is none, and reaches no report
const OPERATION = /^[A-Za-z][A-Za-z0-9]*$/;
const PROVIDER = /^(?:aws|provider|awsProvider)$/i;

/**
 * The calls of the AWS SDK in a plugin. → `{ calls: [{ service, operation, file, line }], unreadable }`, the latter the number of
 * calls of which only a run knows what they ask.
 */
function findCalls(modules, values) {
  const calls = [];
  let unreadable = 0;
  for (const module of modules.values()) {
    for (const { node, scope } of module.calls) {
      const { found, isUnreadable } = readCall(node, {
        of: (child) => (child ? values.of(child, scope, module) : []),
        property: (value, property) => values.property(value, property, 0),
      });
      if (isUnreadable) unreadable += 1;
      const place = { file: module.label, line: node.loc.start.line };
      for (const { service, operation } of found) calls.push({ service: plainName(service), operation, ...place });
    }
  }
  return { calls, unreadable };
}

/** What one call of a function, or one `new`, asks of AWS. */
function readCall(node, values) {
  if (node.type === 'NewExpression') return { found: values.of(node.callee).filter(({ kind }) => kind === 'command') };
  if (node.type !== 'CallExpression') return { found: [] };
  const name = calledName(node);
  if (name === 'request') return requested(node, values);
  if (node.callee.type === 'MemberExpression' && (name === undefined || Object.hasOwn(NAMING, name))) {
    const clients = values.of(node.callee.object).filter(({ kind }) => kind === 'client');
    if (clients.length) return named(clients, name, values.of(name === undefined ? node.callee.property : node.arguments[0]));
  }
  return { found: values.of(node.callee).filter(({ kind }) => kind === 'method' || kind === 'helper') };
}

/** `s3.waitFor('bucketExists')`, `s3[operation]()` */
function named(clients, name, operations) {
  const texts = operations.filter(isOperation);
  const prefix = NAMING[name] || '';
  const found = clients.flatMap(({ service }) =>
    texts.map(({ text }) => ({ service, operation: `${prefix}${capital(text)}` })),
  );
  return { found, isUnreadable: !texts.length };
}

/**
 * `provider.request('S3', 'putObject', params)`, by which plugins ask AWS through the Framework; the service may be an object with
 * a `name`. https://github.com/serverless/serverless/blob/v3.40.0/lib/plugins/aws/provider.js
 */
function requested({ callee, arguments: [first, second] }, values) {
  const given = values.of(first).flatMap((value) => (value.kind === 'object' ? values.property(value, 'name') : [value]));
  const services = given.filter(({ kind, text }) => kind === 'text' && isService(text));
  const operations = values.of(second).filter(isOperation);
  if (services.length && operations.length) {
    const pairs = services.flatMap(({ text: service }) =>
      operations.map(({ text }) => ({ service, operation: capital(text) })),
    );
    return { found: pairs };
  }
  const receiver = callee.type === 'MemberExpression' ? nameOf(callee.object) : undefined;
  return { found: [], isUnreadable: Boolean(second) && (services.length > 0 || PROVIDER.test(receiver || '')) };
}

const isOperation = ({ kind, text }) => kind === 'text' && OPERATION.test(text);

/** The last name of `this.serverless.providers.aws`, `provider`, `serverless.getProvider('aws')`. */
function nameOf(node) {
  if (node.type === 'CallExpression') return calledName(node) === 'getProvider' ? 'provider' : undefined;
  return node.type === 'MemberExpression' ? node.property.name : node.name;
}

module.exports = { findCalls };
