#!/usr/bin/env node
'use strict';

// Stands in for the engine: keeps what it was given, of the last run and in a log of all, prints an artefact, ends as it is told to.
const fs = require('node:fs');

fs.writeFileSync(process.env.LEASTPRIV_TEST_ARGV, JSON.stringify(process.argv.slice(2)));
const stdin = fs.readFileSync(0, 'utf8');
fs.writeFileSync(process.env.LEASTPRIV_TEST_STDIN, stdin);
fs.writeFileSync(process.env.LEASTPRIV_TEST_ENVIRONMENT, JSON.stringify(process.env));
if (process.env.LEASTPRIV_TEST_LOG) {
  const run = { engine: process.argv.slice(5), handoff: JSON.parse(stdin) };
  fs.appendFileSync(process.env.LEASTPRIV_TEST_LOG, `${JSON.stringify(run)}\n`);
}
process.stdout.write('{"Version": "2012-10-17", "Statement": []}\n');
process.stderr.write('0 actions in 0 statements\n');
process.exitCode = Number(process.env.LEASTPRIV_TEST_EXIT || 0);
