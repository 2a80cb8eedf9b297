'use strict';

const { isService } = require('./known');

// the whole SDK of version 2: what `require('aws-sdk')` and `provider.sdk` are
const SDK = { kind: 'sdk' };

const PACKAGE = /^@aws-sdk\/(?:client-(?<client>[a-z0-9-]+)|(?<lib>lib-(?:dynamodb|storage)))$/;
const VERSION_2 = /^aws-sdk(?:\/(?:index|global|lib\/aws))?(?:\.js)?$/;
const ONE_OF_VERSION_2 = /^aws-sdk\/clients\/(?<client>[a-z0-9]+)(?:\.js)?$/;

// members of a client that ask nothing of AWS
const LOCAL = new Set(['config', 'constructor', 'defineService', 'destroy', 'makeRequest', 'middlewareStack', 'send', 'waitFor']);
const LOCAL_LIKE = /^(?:get[A-Z]\w*Url(?:Promise)?|createPresigned\w*|on|off|once|emit|setupRequestListeners)$/;

/** The values that a package of the SDK is worth. */
function ofPackage(request) {
  const name = request.replace(/^node:/, '');
  if (VERSION_2.test(name)) return [SDK];
  const one = ONE_OF_VERSION_2.exec(name);
  if (one) return isService(one.groups.client) ? [{ kind: 'class', service: one.groups.client }] : [];
  const found = PACKAGE.exec(name);
  if (!found) return [];
  if (found.groups.lib === 'lib-storage') return [{ kind: 'storage' }];
  return [{ kind: 'package', service: found.groups.client || found.groups.lib }];
}

/**
 * What such a value has under a name. `sdk`: classes by the name of their service; `package`: the client, and one class per
 * operation; `class`: what makes a client; `client`: its methods.
 */
function property({ kind, service }, name) {
  if (name === 'default') return [{ kind, service }];
  switch (kind) {
    case 'sdk':
      return isService(name) ? [{ kind: 'class', service: name }] : [];
    case 'class':
      return ofClass(service, name);
    case 'package':
      return ofClientPackage(service, name);
    case 'storage':
      return name === 'Upload' ? [{ kind: 'command', service: 's3', operation: 'Upload' }] : [];
    case 'client':
      return LOCAL.has(name) || LOCAL_LIKE.test(name) ? [] : [{ kind: 'method', service, operation: capital(name) }];
    default:
      return [];
  }
}

function ofClass(service, name) {
  if (name === 'DocumentClient') return [{ kind: 'class', service: 'DynamoDB.DocumentClient' }];
  if (name === 'ManagedUpload') return [{ kind: 'command', service, operation: 'Upload' }];
  // `DynamoDBDocumentClient.from(client)`
  return name === 'from' ? [{ kind: 'factory', service }] : [];
}

function ofClientPackage(service, name) {
  const command = /^([A-Z]\w+)Command$/.exec(name);
  if (command) return [{ kind: 'command', service, operation: command[1] }];
  const paginator = /^paginate([A-Z]\w+)$/.exec(name);
  if (paginator) return [{ kind: 'helper', service, operation: paginator[1] }];
  const waiter = /^waitUntil([A-Z]\w+)$/.exec(name) || /^waitFor([A-Z]\w+)$/.exec(name);
  if (waiter) return [{ kind: 'helper', service, operation: `WaitUntil${waiter[1]}` }];
  if (/^DynamoDBDocument/.test(name) || /Client$/.test(name) || isService(name)) return [{ kind: 'class', service }];
  return [];
}

/** What `new` makes. */
const instance = (value) => (value.kind === 'class' ? [{ kind: 'client', service: value.service }] : []);

/** What calling it gives. */
const result = (value) => (value.kind === 'factory' ? [{ kind: 'client', service: value.service }] : []);

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

module.exports = { SDK, capital, instance, ofPackage, property, result };
