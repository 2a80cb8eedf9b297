'use strict';

const { findCalls } = require('./calls');
const { findCommandLines } = require('./command-lines');
const { readFiles } = require('./files');
const { packagesWithSdk } = require('./packages');
const { Values } = require('./values');

/** Reads the source of one plugin. → `{ calls, unreadable, commandLines, packages, unreadFiles }` */
async function readSource(place) {
  const { modules, unread } = await readFiles(place);
  const values = new Values(modules);
  const commandLines = findCommandLines(modules, values);
  const calls = findCalls(modules, values);
  // where the steps ran out is not known, so that something was left out is all that can be said
  const unreadFiles = unread + (values.memory.isSpent ? 1 : 0);
  return { ...calls, commandLines, packages: packagesWithSdk(modules), unreadFiles };
}

module.exports = { readSource };
