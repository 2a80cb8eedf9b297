'use strict';

const fs = require('node:fs');

/** Sets outputs of the step. No value holds a line break. */
function setOutputs(outputs) {
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${String(value).replace(/[\r\n]/g, ' ')}\n`);
  fs.appendFileSync(process.env.GITHUB_OUTPUT, lines.join(''));
}

/** Ends the step with an error that GitHub shows, and what to do next. */
function fail(message, help, code = 1) {
  const data = `${message}; ${help}`.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  process.stdout.write(`::error title=leastpriv::${data}\n`);
  process.exit(code);
}

/** The payload of the event. */
const readEvent = () => JSON.parse(fs.readFileSync(process.env.GITHUB_EVENT_PATH, 'utf8'));

module.exports = { fail, readEvent, setOutputs };
