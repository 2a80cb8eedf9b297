'use strict';

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const BLOCKS = new Set([
  'BlockStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'CatchClause',
  'StaticBlock',
]);
const CALLS = new Set(['CallExpression', 'NewExpression', 'ImportExpression', 'TaggedTemplateExpression']);

/** Where names are declared: what each may stand for is a list of sources, which `values.js` understands. */
class Scope {
  constructor(above, owner) {
    this.above = above;
    // the scope of `var`: the function or the file
    this.owner = owner || this;
    this.names = new Map();
    // of a function's scope: what it gives back
    this.returned = [];
  }

  declare(name, source) {
    if (!this.names.has(name)) this.names.set(name, []);
    if (source) this.names.get(name).push(source);
  }

  /** The sources of a name, null for one that is declared nowhere. */
  find(name) {
    for (let scope = this; scope; scope = scope.above) if (scope.names.has(name)) return scope.names.get(name);
    return null;
  }
}

/**
 * One pass over a syntax tree.
 * → `{ scope, calls, members }`: the file's own scope; every call with its scope; and what is assigned to properties, by name,
 * whatever object has them: plugins keep clients in `this`, in `self`, and in each other.
 */
function readScopes(tree, module) {
  const pass = new Pass(module);
  pass.visit(tree, pass.scope);
  for (const { name, scope, source } of pass.assignments) {
    const sources = scope.find(name);
    if (sources) sources.push(source);
  }
  return { scope: pass.scope, calls: pass.calls, members: pass.members };
}

class Pass {
  constructor(module) {
    this.module = module;
    this.scope = new Scope(null, null);
    this.calls = [];
    this.members = new Map();
    this.assignments = [];
    this.scope.declare('module', null);
    this.scope.declare('exports', null);
  }

  visit(node, scope) {
    if (CALLS.has(node.type)) this.calls.push({ node, scope });
    if (FUNCTIONS.has(node.type)) return this.visitFunction(node, scope);
    const own = BLOCKS.has(node.type) ? new Scope(scope, scope.owner) : scope;
    const special = this[node.type];
    if (special) special.call(this, node, own);
    return this.visitChildren(node, own);
  }

  visitChildren(node, scope) {
    for (const key of Object.keys(node)) {
      const value = node[key];
      if (Array.isArray(value)) for (const one of value) isNode(one) && this.visit(one, scope);
      else if (isNode(value)) this.visit(value, scope);
    }
  }

  visitFunction(node, scope) {
    const inner = new Scope(scope, null);
    const source = this.functionOf(node, inner);
    if (node.id) {
      name(source, node.id.name);
      (node.type === 'FunctionDeclaration' ? scope : inner).declare(node.id.name, source);
    }
    node.params.forEach((param, index) => {
      const pattern = param.type === 'TSParameterProperty' ? param.parameter : param;
      this.declare(pattern, { parameter: node, index }, inner);
      if (pattern !== param) this.member(nameOf(pattern), { node: leftOf(pattern), scope: inner, module: this.module });
    });
    for (const param of node.params) this.visitChildren(param, inner);
    if (node.body.type === 'BlockStatement') return this.visitChildren(node.body, inner);
    inner.returned.push(this.expression(node.body, inner));
    return this.visit(node.body, inner);
  }

  /** A function is known by its node; its scope, which has what it returns, and the names that it is called by are kept there. */
  functionOf(node, inner) {
    node.inside = inner;
    node.calledBy ||= new Set();
    return { function: node };
  }

  ReturnStatement({ argument }, scope) {
    if (argument) scope.owner.returned.push(this.expression(argument, scope));
  }

  /** Declares the names of a pattern; `source` is what the whole pattern is given. */
  declare(pattern, source, scope, steps = []) {
    if (!pattern) return;
    if (pattern.type === 'Identifier') {
      if (!steps.length) name(source, pattern.name);
      scope.declare(pattern.name, { ...source, steps });
      const type = pattern.typeAnnotation;
      if (type) scope.declare(pattern.name, { type: type.typeAnnotation, scope, module: this.module });
    } else if (pattern.type === 'AssignmentPattern') {
      this.declare(pattern.left, source, scope, steps);
      if (!steps.length) this.declare(pattern.left, this.expression(pattern.right, scope), scope);
    } else if (pattern.type === 'ObjectPattern') {
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') this.declare(property.argument, source, scope, steps);
        else this.declare(property.value, source, scope, [...steps, keyOf(property)]);
      }
    } else if (pattern.type === 'ArrayPattern' || pattern.type === 'RestElement') {
      for (const one of pattern.elements || [pattern.argument]) this.declare(one, {}, scope);
    }
  }

  expression(node, scope) {
    return { node, scope, module: this.module };
  }

  member(property, source) {
    if (typeof property !== 'string') return;
    name(source, property);
    if (!this.members.has(property)) this.members.set(property, []);
    this.members.get(property).push(source);
  }

  VariableDeclaration(node, scope) {
    const target = node.kind === 'var' ? scope.owner : scope;
    for (const { id, init } of node.declarations) this.declare(id, init ? this.expression(init, scope) : {}, target);
  }

  ClassDeclaration(node, scope) {
    this.ClassExpression(node, scope);
    if (node.id) scope.declare(node.id.name, this.expression(node, scope));
  }

  ClassExpression(node, scope) {
    for (const { type, key, value, computed, kind, typeAnnotation } of node.body.body) {
      if (computed || !key) continue;
      const property = nameOf(key);
      // `new Uploader(s3)` calls the constructor by the name of its class
      if (kind === 'constructor' && node.id) name({ node: value }, node.id.name);
      else if (value) this.member(property, { ...this.expression(value, scope), getter: kind === 'get' });
      if (type === 'PropertyDefinition' && typeAnnotation) {
        this.member(property, { type: typeAnnotation.typeAnnotation, scope, module: this.module });
      }
    }
  }

  ObjectExpression(node, scope) {
    for (const property of node.properties) {
      if (property.type !== 'Property' || property.computed) continue;
      const value = { ...this.expression(property.value, scope), getter: property.kind === 'get' };
      this.member(nameOf(property.key), value);
    }
  }

  AssignmentExpression({ left, right, operator }, scope) {
    if (!['=', '||=', '??=', '&&='].includes(operator)) return;
    const source = this.expression(right, scope);
    if (left.type === 'Identifier') this.assignments.push({ name: left.name, scope, source });
    if (left.type === 'MemberExpression') this.assignMember(left, source);
  }

  assignMember(left, source) {
    const property = propertyOf(left);
    if (isExports(left)) this.export('=', source);
    else if (isExports(left.object)) this.export(property, source);
    this.member(property, source);
  }

  export(exportedName, source) {
    const { exported } = this.module;
    exported.set(exportedName, [...(exported.get(exportedName) || []), source]);
  }

  ImportDeclaration({ source, specifiers }, scope) {
    this.module.requests.add(source.value);
    for (const { type, local, imported } of specifiers) {
      const steps = type === 'ImportNamespaceSpecifier' ? [] : [imported ? nameOf(imported) : 'default'];
      scope.declare(local.name, { request: source.value, module: this.module, steps });
    }
  }

  TSImportEqualsDeclaration({ id, moduleReference }, scope) {
    if (moduleReference.type !== 'TSExternalModuleReference') return;
    const request = moduleReference.expression.value;
    this.module.requests.add(request);
    scope.declare(id.name, { request, module: this.module, steps: [] });
  }

  TSExportAssignment({ expression }, scope) {
    this.export('=', this.expression(expression, scope));
  }

  ExportDefaultDeclaration({ declaration }, scope) {
    this.export('default', this.expression(declaration, scope));
  }

  ExportAllDeclaration({ source, exported }) {
    this.module.requests.add(source.value);
    const all = { request: source.value, module: this.module, steps: [] };
    if (exported) this.export(nameOf(exported), all);
    else this.module.everythingOf.push(all);
  }

  ExportNamedDeclaration({ declaration, source, specifiers }, scope) {
    if (source) this.module.requests.add(source.value);
    for (const { local, exported } of specifiers || []) {
      const other = source && { request: source.value, module: this.module, steps: [nameOf(local)] };
      this.export(nameOf(exported), other || this.expression(local, scope));
    }
    for (const identifier of declared(declaration)) this.export(identifier.name, this.expression(identifier, scope));
  }
}

/** A function that is given a name can be called by it: its parameters are what is passed there. */
function name({ node, function: known }, given) {
  const called = known || node;
  if (called && FUNCTIONS.has(called.type)) (called.calledBy ||= new Set()).add(given);
}

/** The names that an exported declaration declares, simple ones. */
function declared(declaration) {
  if (!declaration) return [];
  const names = declaration.declarations ? declaration.declarations.map(({ id }) => id) : [declaration.id];
  return names.filter((one) => one && one.type === 'Identifier');
}

const isNode = (value) => Boolean(value) && typeof value.type === 'string';
const leftOf = (pattern) => (pattern.type === 'AssignmentPattern' ? pattern.left : pattern);
const nameOf = (key) => (key.type === 'AssignmentPattern' ? nameOf(key.left) : (key.name ?? key.value));
const keyOf = ({ key, computed }) => (computed ? null : nameOf(key));

/** The name of a property that is not computed, or is computed from a string; undefined for others. */
function propertyOf({ property, computed }) {
  if (!computed) return property.name;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

/** `exports`, or `module.exports` */
function isExports(node) {
  if (node.type === 'Identifier') return node.name === 'exports';
  return node.type === 'MemberExpression' && node.object.name === 'module' && propertyOf(node) === 'exports';
}

module.exports = { FUNCTIONS, propertyOf, readScopes };
