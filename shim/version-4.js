'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { filled } = require('./fallbacks');

const FILES = /\$\{file\(([^${}()]+)\)/g;
const START = /\$\{(?:aws:)?(ssm|s3|cf)(?:\(([^${}()]*)\))?:|\$\{aws:(accountId)(?=[},])/g;
const NOTICE =
  'serverless 4 resolves variables before plugins load: those that AWS backs were read from AWS with your credentials\n';

/**
 * serverless 4 hands resolved values to plugins and no trace of the variables, so those that AWS backs are read from the text
 * of the configuration and of the files that it names. What is in a comment is read too; it needs a little more, not less.
 */
function addVariables(serverless, session) {
  const { variables } = session;
  const provider = serverless.getProvider('aws');
  const known = {
    configuration: serverless.configurationInput,
    environment: session.environment,
    options: serverless.processedInput.options,
    region: provider.getRegion(),
    stage: provider.getStage(),
  };
  const texts = textsOf(serverless.serviceDir, serverless.configurationFilename, known, variables);
  for (const text of texts) for (const match of text.matchAll(START)) add(match, text, known, variables);
  if (variables.list.length) process.stderr.write(NOTICE);
}

function add(match, text, known, variables) {
  const [head, source, params, account] = match;
  if (account) variables.ask('aws', account);
  else {
    const address = addressFrom(text, match.index + head.length);
    variables.ask(
      source,
      filled(address, known, variables, []),
      params ? params.split(',').map((one) => one.trim()) : [],
    );
  }
}

/** The text up to the end of the variable or to its fallback, over nested variables. */
function addressFrom(text, start) {
  let depth = 0;
  let end = start;
  for (; end < text.length; end += 1) {
    if (text.startsWith('${', end)) depth += 1;
    else if (text[end] === '}' && depth === 0) break;
    else if (text[end] === '}') depth -= 1;
    else if (depth === 0 && (text[end] === ',' || text[end] === '\n')) break;
  }
  return text.slice(start, end).trim();
}

function textsOf(serviceDir, name, known, variables, seen = new Set()) {
  const file = path.resolve(serviceDir, name || 'serverless.yml');
  if (seen.has(file) || !fs.existsSync(file) || fs.statSync(file).isDirectory()) return [];
  seen.add(file);
  const text = fs.readFileSync(file, 'utf8');
  const named = [
    ...text
      .replace(/\$\{(self|opt|sls|param|env):[^${}]*\}/g, (one) => filled(one, known, variables, []))
      .matchAll(FILES),
  ];
  return [text, ...named.flatMap(([, inner]) => textsOf(serviceDir, inner.trim(), known, variables, seen))];
}

module.exports = { addVariables };
