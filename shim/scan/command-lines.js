'use strict';

const { calledName } = require('./values');

const RUNS = new Set(['exec', 'execSync', 'execFile', 'execFileSync', 'execa', 'execaSync', 'execaCommand', 'execaCommandSync', 'spawn', 'spawnSync', 'command', 'commandSync', '$']);
const WORDS = /^\s*aws((?:\s+[a-z][a-z0-9-]*){1,2})(?=\s|$)/;

/** The runs of the AWS command line in a plugin. → `[{ command, file, line }]`, the commands without their arguments */
function findCommandLines(modules, values) {
  const found = [];
  for (const module of modules.values()) {
    for (const { node, scope } of module.calls) {
      if (!RUNS.has(calledName(node))) continue;
      const command = commandOf(node, (child) => values.of(child, scope, module));
      if (command) found.push({ command, file: module.label, line: node.loc.start.line });
    }
  }
  return found;
}

/** `aws s3 sync` of `exec('aws s3 sync …')`, `spawn('aws', ['s3', 'sync', …])` and `` $`aws s3 sync …` ``; undefined for others. */
function commandOf(node, valuesOf) {
  const [first, second] = node.quasi ? [node.quasi] : node.arguments;
  if (!first) return undefined;
  const list = second && second.type === 'ArrayExpression' ? second.elements.map((one) => beginningOf(one, valuesOf)) : [];
  const words = WORDS.exec([beginningOf(first, valuesOf), ...list].join(' '));
  return words ? `aws${words[1].replace(/\s+/g, ' ')}` : undefined;
}

/** The text that an expression begins with, as far as it is written. */
function beginningOf(node, valuesOf) {
  if (!node) return '';
  if (node.type === 'TemplateLiteral') return node.quasis[0].value.cooked || '';
  if (node.type === 'BinaryExpression') return beginningOf(node.left, valuesOf);
  const text = valuesOf(node).find(({ kind }) => kind === 'text');
  return text ? text.text : '';
}

module.exports = { findCommandLines };
