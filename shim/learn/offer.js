'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { DENIED } = require('../commands');

const COMMANDS = ['deploy', 'remove', 'rollback'];
const DENIAL = /not authori[sz]ed|access ?denied|UnauthorizedOperation|explicit deny|(?:have|lacks?) (?:the |sufficient )?permission|new key policy will not/i;

/**
 * Offers `learn` when a command failed by a denial: keeps the failure's words for it, and says so. Whatever happens here, the
 * failure stays the Framework's own.
 */
function offerLearn({ processedInput, serviceDir }, failure) {
  const words = messages(failure).join('\n');
  if (!serviceDir || !COMMANDS.includes(processedInput.commands[0]) || !DENIAL.test(words)) return;
  let kept = '';
  try {
    const file = path.join(serviceDir, DENIED);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    // what a failure says is for the user alone, as is the rest of that folder
    fs.writeFileSync(file, `${words}\n`, { mode: 0o600 });
  } catch {
    kept = ' LOG, with a log of this run';
  }
  process.stderr.write(
    `\nleastpriv: AWS denied something; \`sls leastpriv learn${kept}\`, with the same options, says whose it is and what to add\n` +
      'help: `--events` reads the stack’s events, which name more than the first failure\n',
  );
}

/** The messages of an error and of what it was caused by. */
function messages(failure, depth = 0) {
  if (!failure || typeof failure !== 'object' || depth > 4) return [];
  const { message, cause, providerError } = failure;
  const own = typeof message === 'string' ? [message] : [];
  return [...new Set([...own, ...messages(providerError, depth + 1), ...messages(cause, depth + 1)])];
}

module.exports = { offerLearn };
