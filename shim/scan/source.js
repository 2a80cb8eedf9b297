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
  return { ...findCalls(modules, values), commandLines, packages: packagesWithSdk(modules), unreadFiles: unread };
}

module.exports = { readSource };
