'use strict';

const crypto = require('node:crypto');
const { firstToken, isToken, token } = require('./placeholders');

// relative to the Framework's lib/serverless.js
const SOURCES = './configuration/variables/sources';
const AWS_SOURCES = ['ssm', 's3', 'cf', 'aws'];
const LOCAL_SOURCES = ['self', 'file', 'env', 'opt', 'str-to-bool'];

// few digits: names that a placeholder stands in have limits
const MOST = 1_000_000;

/**
 * The AWS-backed variables of a service, each answered by a placeholder.
 *
 * The Framework resolves variables in rounds, and some are only seen in a later one (in a file whose name is a parameter, in
 * what a JavaScript file returns). So what is replaced is not the variables that are seen in the constructor but the sources
 * that resolve them, which the Framework loads after the constructors of the plugins. It then resolves nested addresses and
 * fallbacks by its own rules.
 */
class PlaceholderVariables {
  constructor() {
    this.list = [];
    this.keys = new Map();
  }

  /** The placeholder of one variable; the same text asks for the same value. */
  ask(source, address, params = []) {
    const key = JSON.stringify([source, address, params]);
    if (!this.keys.has(key)) {
      const index = this.freeIndex(key);
      this.keys.set(key, index);
      this.list.push({ index, source, address, params, path: [] });
    }
    return token(this.keys.get(key));
  }

  /**
   * A number made of the variable itself: in which order variables are asked for depends on when files were read, and the
   * Framework hashes configurations into logical ids.
   */
  freeIndex(key) {
    const used = new Set(this.keys.values());
    let index = crypto.createHash('sha256').update(key).digest().readUInt32BE() % MOST;
    while (used.has(index)) index = (index + 1) % MOST;
    return index;
  }

  has(source, address, params = []) {
    return this.keys.has(JSON.stringify([source, address, params]));
  }
}

function answerByPlaceholders(modules, variables) {
  for (const source of AWS_SOURCES) {
    const request = `${SOURCES}/instance-dependent/get-${source}`;
    modules.replace(request, (instance) => ({
      resolve: async (asked) => {
        const { address, params } = asked;
        if (!address || isLocal(source, address)) return modules.original(request)(instance).resolve(asked);
        return { value: variables.ask(source, String(address), (params || []).map(String)) };
      },
    }));
  }
  for (const source of LOCAL_SOURCES) followPlaceholders(modules.load(`${SOURCES}/${source}`));
}

// `${aws:region}` calls nobody, and an address that does not exist is the Framework's to refuse
const isLocal = (source, address) => source === 'aws' && address !== 'accountId';

/** Makes a local source answer with the placeholder where its answer depends on one. */
function followPlaceholders(source) {
  const { resolve } = source;
  source.resolve = async (asked) => {
    const unknown = firstToken([asked.params, asked.address]);
    if (unknown) return { value: unknown };
    const result = await resolve(asked);
    if (!result || result.value !== null || !asked.address) return result;
    const behind = await placeholderAbove(resolve, asked);
    return behind ? { value: behind } : result;
  };
}

/** `${self:custom.secret.user}` where `custom.secret` is a placeholder: that one, since it may well be an object. */
async function placeholderAbove(resolve, asked) {
  const keys = String(asked.address).split('.');
  while (keys.length > 1) {
    keys.pop();
    let { value } = await resolve({ ...asked, address: keys.join('.') });
    if (typeof value === 'string') value = await asked.resolveVariablesInString(value);
    if (isToken(value)) return value;
    if (value !== null && value !== undefined) return null;
  }
  return null;
}

module.exports = { AWS_SOURCES, PlaceholderVariables, answerByPlaceholders };
