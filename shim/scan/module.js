'use strict';

const { readScopes } = require('./scopes');

const INTEROP = /^_*(?:importDefault|importStar|interopRequire\w*|toESM|toCommonJS|esModuleInterop)/;

/**
 * What a file says, as far as it matters for calls of the SDK: its names, its calls, what it exports, and what it requires.
 * Nothing is run.
 */
function readModule(tree, text) {
  const module = { text, label: '', requests: new Set(), files: new Map(), exported: new Map(), everythingOf: [] };
  Object.assign(module, readScopes(tree, module));
  for (const { node } of module.calls) {
    const request = requestOf(node);
    if (request) module.requests.add(request);
  }
  return module;
}

/** The text of `require('x')` and `import('x')`; undefined for other calls. */
function requestOf(node) {
  if (node.type === 'ImportExpression') return textOf(node.source);
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'require') return undefined;
  return textOf(node.arguments[0]) ?? besideText(node.arguments[0]);
}

/** `path.join(__dirname, 'lib', 'upload')` → `./lib/upload` */
function besideText(node) {
  if (!node || node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const [start, ...parts] = node.arguments;
  const texts = parts.map(textOf);
  if (!/^(?:join|resolve)$/.test(node.callee.property.name) || !start || start.name !== '__dirname') return undefined;
  return texts.length && texts.every((text) => text !== undefined) ? `./${texts.join('/')}` : undefined;
}

/** A string, or a template without places; undefined for anything else. */
function textOf(node) {
  if (node && node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node && node.type === 'TemplateLiteral' && node.quasis.length === 1) return node.quasis[0].value.cooked;
  return undefined;
}

/** Whether a function's name is that of a compiler's helper which hands a module through. */
const isInterop = (name) => INTEROP.test(name);

module.exports = { isInterop, readModule, requestOf, textOf };
