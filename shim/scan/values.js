'use strict';

const { FUNCTIONS, propertyOf } = require('./scopes');
const { isInterop, requestOf, textOf } = require('./module');
const { Memory } = require('./memory');
const sdk = require('./sdk-values');

// how deep a value is followed: deeper than people write, and less than a stack holds
const DEEPEST = 200;

// expressions that are worth what is inside them
const WRAPPERS = {
  AwaitExpression: 'argument',
  ChainExpression: 'expression',
  ParenthesizedExpression: 'expression',
  TSAsExpression: 'expression',
  TSNonNullExpression: 'expression',
  TSSatisfiesExpression: 'expression',
  TSTypeAssertion: 'expression',
  AssignmentExpression: 'right',
};

/**
 * What the expressions of a plugin may be worth, as far as calls of the SDK are concerned: a list of `{ kind, … }`, the kinds of
 * `sdk-values.js` and `text`, `function`, `object`, `module`. Nothing is run; a name that is assigned twice is worth both.
 */
class Values {
  constructor(modules) {
    this.modules = modules;
    this.members = new Map();
    this.callers = new Map();
    this.memory = new Memory();
    for (const module of modules.values()) {
      for (const [property, sources] of module.members) append(this.members, property, sources);
      for (const call of module.calls) append(this.callers, calledName(call.node), [{ ...call, module }]);
    }
  }

  /** The values of an expression in its scope. */
  of(node, scope, module) {
    this.memory.begin();
    return this.source({ node, scope, module }, 0);
  }

  source(source, depth) {
    if (depth > DEEPEST || !this.memory.step()) return this.memory.unfinished(-1, []);
    const next = depth + 1;
    const { steps = [], node, parameter, index } = source;
    const key = parameter ? parameter.params[index] : node;
    let values = key ? this.memory.of(key, () => this.plain(source, next)) : this.plain(source, next);
    if (source.getter) values = this.results(values, next);
    for (const step of steps) values = values.flatMap((value) => this.property(value, step, next));
    return values;
  }

  plain(source, depth) {
    if (source.function) return [{ kind: 'function', node: source.function }];
    if (source.request) return this.required(source.request, source.module, depth);
    if (source.parameter) return this.passed(source, depth);
    if (source.type) return this.typed(source, depth);
    return source.node ? this.expression(source, depth) : [];
  }

  expression({ node, scope, module }, depth) {
    const inner = (child) => (child ? this.source({ node: child, scope, module }, depth) : []);
    const text = textOf(node);
    if (text !== undefined) return [{ kind: 'text', text }];
    if (FUNCTIONS.has(node.type)) return [{ kind: 'function', node }];
    if (WRAPPERS[node.type]) return inner(node[WRAPPERS[node.type]]);
    switch (node.type) {
      case 'Identifier':
        return (scope.find(node.name) || []).flatMap((source) => this.source(source, depth));
      case 'ObjectExpression':
        return [{ kind: 'object', node, scope, module }];
      case 'ConditionalExpression':
        return [...inner(node.consequent), ...inner(node.alternate)];
      case 'LogicalExpression':
        return [...inner(node.left), ...inner(node.right)];
      case 'SequenceExpression':
        return inner(node.expressions.at(-1));
      case 'MemberExpression':
        return this.memberOf(node, inner(node.object), depth);
      case 'NewExpression':
        return inner(node.callee).flatMap(sdk.instance);
      case 'ImportExpression':
        return this.required(requestOf(node), module, depth);
      case 'CallExpression':
        return this.called(node, inner, module, depth);
      default:
        return [];
    }
  }

  memberOf(node, objects, depth) {
    const property = propertyOf(node);
    if (property === undefined) return [];
    const known = objects.flatMap((value) => this.property(value, property, depth));
    if (known.length) return known;
    // the Framework's provider hands the SDK out: https://github.com/serverless/serverless/blob/v3.40.0/lib/plugins/aws/provider.js
    if (property === 'sdk') return [sdk.SDK];
    // it is not known whose property it is: whoever is given one of this name
    const sources = this.members.get(property) || [];
    return sources.length ? this.memory.of(property, () => sources.flatMap((source) => this.source(source, depth))) : [];
  }

  /** What a value has under a name. */
  property(value, property, depth) {
    if (value.kind === 'module') return this.exported(value.module, property, depth);
    if (value.kind === 'object') {
      const { node, scope, module } = value;
      const own = node.properties.filter(({ key, computed }) => key && !computed && (key.name ?? key.value) === property);
      return own.flatMap((one) => this.source({ node: one.value, scope, module }, depth));
    }
    return sdk.property(value, property);
  }

  called(node, inner, module, depth) {
    const request = requestOf(node);
    if (request !== undefined) return this.required(request, module, depth);
    const name = calledName(node);
    // helpers of compilers, X-Ray and the document client hand on what they get
    if (name && (isInterop(name) || /^capture(?:AWS|AWSv3)/.test(name))) return node.arguments.flatMap(inner);
    const called = inner(node.callee);
    return [...this.results(called, depth), ...called.flatMap(sdk.result)];
  }

  /** What functions give back. */
  results(values, depth) {
    const functions = values.filter(({ kind }) => kind === 'function');
    return functions.flatMap(({ node }) => (node.inside ? node.inside.returned : [])).flatMap((source) => this.source(source, depth));
  }

  required(request, module, depth) {
    if (request === undefined) return [];
    const own = this.modules.get(module.files.get(request));
    if (!own) return sdk.ofPackage(request);
    const whole = (own.exported.get('=') || []).flatMap((source) => this.source(source, depth));
    return [{ kind: 'module', module: own }, ...whole];
  }

  exported(module, name, depth) {
    const named = [...(module.exported.get(name) || []), ...(name === 'default' ? module.exported.get('=') || [] : [])];
    const own = named.flatMap((source) => this.source(source, depth));
    const others = module.everythingOf.flatMap((source) => this.source({ ...source, steps: [name] }, depth));
    return [...own, ...others];
  }

  /** What callers pass for a parameter, wherever something is called by the function's name. */
  passed({ parameter, index }, depth) {
    const callers = [...(parameter.calledBy || [])].flatMap((name) => this.callers.get(name) || []);
    return callers.flatMap(({ node, scope, module }) => {
      const argument = (node.arguments || [])[index];
      return argument && argument.type !== 'SpreadElement' ? this.source({ node: argument, scope, module }, depth) : [];
    });
  }

  /** A name that TypeScript knows to be a client: `private s3: S3Client`. */
  typed({ type, scope, module }, depth) {
    const written = type && type.type === 'TSTypeReference' ? type.typeName : null;
    return written ? this.typeName(written, scope, module, depth).flatMap(sdk.instance) : [];
  }

  typeName(written, scope, module, depth) {
    if (written.type === 'Identifier') return this.source({ node: written, scope, module }, depth);
    const left = this.typeName(written.left, scope, module, depth);
    return left.flatMap((value) => this.property(value, written.right.name, depth));
  }
}

/** The last name of what a call calls. */
function calledName({ callee, tag }) {
  const called = callee || tag;
  if (!called) return undefined;
  if (called.type === 'SequenceExpression') return calledName({ callee: called.expressions.at(-1) });
  return called.type === 'MemberExpression' ? propertyOf(called) : called.name;
}

function append(map, key, values) {
  if (!map.has(key)) map.set(key, []);
  map.get(key).push(...values);
}

module.exports = { Values, calledName };
