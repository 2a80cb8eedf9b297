#!/usr/bin/env node
'use strict';

// Stands in for the engine: keeps what it was given, prints an artefact, ends as it is told to.
const fs = require('node:fs');

fs.writeFileSync(process.env.LEASTPRIV_TEST_ARGV, JSON.stringify(process.argv.slice(2)));
fs.writeFileSync(process.env.LEASTPRIV_TEST_STDIN, fs.readFileSync(0));
fs.writeFileSync(process.env.LEASTPRIV_TEST_ENVIRONMENT, JSON.stringify(process.env));
process.stdout.write('{"Version": "2012-10-17", "Statement": []}\n');
process.stderr.write('0 actions in 0 statements\n');
process.exitCode = Number(process.env.LEASTPRIV_TEST_EXIT || 0);
