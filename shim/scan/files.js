'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { parse } = require('./parse');
const { fileOf, isCode } = require('./resolve');
const { readModule } = require('./module');

// of one plugin; what is beyond is counted as unread. The time is a stop for what the other two do not catch: no result that
// is complete depends on the machine
const MOST_FILES = 300;
const MOST_BYTES = 4_000_000;
const MOST_MILLISECONDS = 15_000;

/**
 * Reads a plugin's own files: its entry, and what that requires and imports by a relative path.
 * → `{ modules: Map of file to module, unread: number of files }`
 */
async function readFiles({ entry, root, name }) {
  const modules = new Map();
  const queue = [entry];
  const seen = new Set(queue);
  const end = Date.now() + MOST_MILLISECONDS;
  let unread = 0;
  let bytes = 0;
  while (queue.length) {
    const file = queue.shift();
    const text = read(file, MOST_BYTES - bytes);
    const module = text !== null && modules.size < MOST_FILES && Date.now() < end ? await parsed(text, file) : null;
    if (!module) {
      unread += 1;
      continue;
    }
    bytes += text.length;
    module.label = labelOf(file, root, name);
    modules.set(file, module);
    for (const request of module.requests) {
      const next = ownFile(request, file);
      module.files.set(request, next);
      if (next && !seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return { modules, unread };
}

/** The text of a file that is small enough; null for others, and for what cannot be read. */
function read(file, most) {
  try {
    return fs.statSync(file).size <= most ? fs.readFileSync(file, 'utf8') : null;
  } catch {
    return null;
  }
}

async function parsed(text, file) {
  try {
    return readModule(await parse(text, file), text);
  } catch {
    // no syntax that is known, or nested so deeply that nobody wrote it
    return null;
  }
}

/** The file of the same plugin that a module asks for; null for packages, and for what is no code. */
function ownFile(request, from) {
  if (!/^\.{1,2}(?:\/|$)/.test(request)) return null;
  const file = fileOf(path.resolve(path.dirname(from), request));
  return file && isCode(file) && !leadsIntoPackages(from, file) ? file : null;
}

/** Other people's packages below the plugin are not its own source. */
function leadsIntoPackages(from, file) {
  return path.relative(path.dirname(from), file).split(path.sep).includes('node_modules');
}

/** What a file is called in a report: below the service, or below the package. */
function labelOf(file, root, name) {
  const inside = path.relative(root, file).split(path.sep).join('/');
  return name === null ? inside : `${name}/${inside}`;
}

module.exports = { readFiles };
