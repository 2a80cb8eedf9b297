'use strict';

/** Where the words of the last failed command are kept for `learn`, in the service's folder; the next packaging removes it. */
const DENIED = '.serverless/leastpriv-denied.log';

/** Every option of every verb. osls 4 refuses an option without a `type`. */
const OPTIONS = {
  account: { usage: 'AWS account id, twelve digits', type: 'string' },
  allow: { usage: 'What may be granted newly, ACTION or "ACTION RESOURCE"; repeat for more', type: 'array' },
  also: { usage: 'Write it in another format, too: FORMAT=FILE; repeat for more', type: 'array' },
  base: { usage: 'Git ref, policy, report or folder to compare with (default: the committed baseline)', type: 'string' },
  boundary: { usage: 'Permissions boundary: the file to check with, or the ARN to apply', type: 'string' },
  'assume-role': { usage: 'ARN of a role to assume, as of another account', type: 'string' },
  commands: { usage: 'What the deployer runs (default: deploy,remove)', type: 'string' },
  decode: { usage: 'Have AWS decode encoded authorization messages', type: 'boolean' },
  duration: { usage: 'How long the session lasts, in seconds (default: 3600)', type: 'string' },
  events: { usage: 'Read the events of the stack’s last operation', type: 'boolean' },
  exec: { usage: 'Command to run under the session, such as "sls deploy"', type: 'string' },
  fit: { usage: 'Widen what does not fit: 1 to 10 managed policies, or inline into user, group or role', type: 'string' },
  format: { usage: 'How it is printed; report for everything as JSON', type: 'string' },
  group: { usage: 'The group that holds the deployer’s policies', type: 'string' },
  inline: { usage: 'One inline policy instead of managed ones, where it fits', type: 'boolean' },
  role: { usage: 'The role that holds the deployer’s policies', type: 'string' },
  undo: { usage: 'Go back to how it was before the last run', type: 'boolean' },
  user: { usage: 'The user that holds the deployer’s policies', type: 'string' },
  yes: { usage: 'Carry the plan out', type: 'boolean' },
  'split-role': { usage: 'As with a CloudFormation role: the deployer only passes it', type: 'boolean' },
  'require-tag': { usage: 'Hold every action to this tag, Key=Value, where AWS supports that', type: 'string' },
  trust: { usage: 'Who assumes the deployer’s role: github:owner/repo@ref, an account, an ARN', type: 'string' },
  head: { usage: 'Policy, report or folder to compare instead of this tree', type: 'string' },
  log: { usage: 'A log with denials (default: the failure of the last deploy)', type: 'string' },
  match: { usage: 'An action, an ARN or a logical id; * and ? are wildcards', type: 'string' },
  'max-age': { usage: 'How old a cached answer of AWS may be, in seconds (default: 300)', type: 'string' },
  mode: { usage: 'warn, or error to exit with 1 when something is missing', type: 'string' },
  athena: { usage: 'Add up in Athena: DATABASE.TABLE of CloudTrail’s logs', type: 'string' },
  'athena-output': { usage: 'Where in S3 Athena puts its results', type: 'string' },
  lookup: { usage: 'Ask CloudTrail for recent events (default without a source)', type: 'boolean' },
  anonymise: { usage: 'Without accounts and principals, to be shown to anybody', type: 'boolean' },
  since: { usage: 'From when on: 7d, 12h, or a date', type: 'string' },
  source: { usage: 'CloudTrail’s log files, a folder of them, or s3://bucket/prefix', type: 'string' },
  until: { usage: 'Until when: 7d, 12h, or a date', type: 'string' },
  workgroup: { usage: 'Athena’s work group', type: 'string' },
  output: { usage: 'Write files instead of stdout: DIR or FILE', type: 'string' },
  // serverless 4 refuses a `multiple` that is given once, as a text; the others take both for an `array`
  policy: { usage: 'Policy document to check instead of the deployer’s own; repeat for more', type: 'array' },
  previous: { usage: 'Template that is deployed now, or none for a first deploy', type: 'string' },
  principal: { usage: 'ARN of a user or role: whom to check, or who deploys', type: 'string' },
  'role-arn': { usage: 'The deployer’s role, which the session assumes', type: 'string' },
  strict: { usage: 'Exit with 1 when something is assumed or not known', type: 'boolean' },
  timeout: { usage: 'How long AWS may be silent, in seconds (default: 20)', type: 'string' },
  'with-check': { usage: 'Grant what `check` needs too, on the deployer itself only', type: 'boolean' },
  watch: { usage: 'Follow a deploy that runs now, or begins soon', type: 'boolean' },
};

/**
 * The verbs. `offline`: packages without AWS. `asksAws`: whether the engine asks AWS, with these options. `positional`: the
 * option that a word behind the verb stands for; the engine takes it as its positional argument. `fallback`: its value when
 * none is given. `own`: options that are something else for other verbs. `packager`: the engine may run the Framework again, on
 * another state of the service.
 */
const VERBS = {
  generate: {
    usage: 'Write the least-privilege policy of the service’s deployer',
    options: [
      'format', 'output', 'fit', 'split-role', 'require-tag', 'boundary', 'trust', 'with-check', 'principal', 'previous', 'commands', 'account',
      'strict',
    ],
    own: { boundary: { usage: 'Let roles be changed within a permissions boundary only, and write that boundary', type: 'boolean' } },
    offline: true,
  },
  explain: {
    usage: 'Say why each action is in the policy: explain [PATTERN]',
    options: ['match', 'previous', 'commands', 'account'],
    positional: 'match',
    offline: true,
  },
  diff: {
    usage: 'Say what this tree asks the deployer for that the baseline does not, and the reverse',
    options: ['base', 'head', 'allow', 'format', 'output', 'also', 'commands', 'account', 'strict'],
    offline: true,
    packager: true,
  },
  apply: {
    usage: 'Create or update the policies in an account; a plan unless --yes',
    options: [
      ...['user', 'role', 'group', 'boundary', 'inline', 'assume-role', 'yes', 'undo'],
      ...['fit', 'split-role', 'require-tag', 'trust', 'previous', 'commands', 'account'],
    ],
    offline: true,
    asksAws: () => true,
  },
  init: {
    usage: 'Set the service up: settings, baseline, and the administrator’s commands',
    options: ['user', 'role', 'group', 'trust', 'split-role', 'fit', 'require-tag', 'format', 'yes', 'commands', 'account'],
    offline: true,
  },
  roles: {
    usage: 'Say which functions hold what they never declared',
    options: ['format'],
    offline: true,
  },
  coverage: {
    usage: 'Say what is known, assumed and unknown about the service',
    options: ['format', 'previous', 'commands', 'account', 'strict'],
    offline: true,
  },
  check: {
    usage: 'Say what the deployer lacks, and what it has too much',
    options: [
      'policy', 'boundary', 'principal', 'mode', 'format', 'timeout', 'max-age', 'previous', 'commands', 'account', 'strict',
    ],
    offline: true,
    // policies that are given are all that is needed
    asksAws: ({ policy }) => policy === undefined || policy === null,
  },
  session: {
    usage: 'Write the needs of this change only, as a session policy; run a command under it',
    options: ['format', 'previous', 'account', 'role-arn', 'duration', 'exec'],
    offline: true,
    // a template that is given is all that is needed, unless a role is assumed
    asksAws: ({ previous, exec }) => !previous || Boolean(exec),
  },
  learn: {
    usage: 'Say whose denials are, and what the knowledge lacks: learn [LOG]',
    options: ['log', 'events', 'watch', 'decode', 'anonymise', 'format', 'output', 'previous', 'commands', 'account'],
    positional: 'log',
    // what the stack's events say, they say without a log
    fallback: ({ events, watch }) => (events || watch ? undefined : DENIED),
    offline: true,
    asksAws: ({ events, watch, decode }) => Boolean(events || watch || decode),
  },
  observe: {
    usage: 'Say which actions were used, by CloudTrail, and what the prediction lacks: observe [SOURCE]',
    options: [
      'source', 'lookup', 'athena', 'athena-output', 'workgroup', 'principal', 'since', 'until', 'anonymise', 'format', 'output',
      'previous', 'commands', 'account',
    ],
    positional: 'source',
    offline: true,
    asksAws: () => true,
  },
};

/** The Framework's processed input → which of our verbs it asks for, or null: another command, or a request for help. */
function verbOf({ commands = [], options = {}, isHelpRequest } = {}) {
  const [head, name, ...words] = commands;
  if (head !== 'leastpriv' || !Object.hasOwn(VERBS, name || '')) return null;
  if (isHelpRequest || options.help || options.h) return null;
  const verb = VERBS[name];
  if (words.length > (verb.positional ? 1 : 0)) return null;
  return { name, word: words[0], offline: Boolean(verb.offline) };
}

/** The `commands` and `hooks` of the plugin; `run(verb)` is called by the hook of the verb. */
function declareCommands(asked, run) {
  const commands = {};
  const hooks = {};
  for (const [name, verb] of Object.entries(VERBS)) {
    const declared = { usage: verb.usage, lifecycleEvents: [name], options: optionsOf(verb) };
    commands[name] = declared;
    hooks[`leastpriv:${name}:${name}`] = () => run(name);
    if (!asked || asked.name !== name || asked.word === undefined) continue;
    // The Framework takes every word in front of the first option as part of the command's name and refuses names that it
    // does not know, so the pattern that was typed is declared as a command of its own.
    declared.commands = { [asked.word]: { ...declared, lifecycleEvents: ['run'] } };
    hooks[`leastpriv:${name}:${asked.word}:run`] = () => run(name);
  }
  return {
    commands: { leastpriv: { type: 'container', usage: 'Least-privilege policies for this service', commands } },
    hooks,
  };
}

/** The options that the user gave → the engine's arguments. */
function engineArguments(asked, options) {
  const verb = VERBS[asked.name];
  const known = optionsOf(verb);
  const args = [];
  const given = asked.word === undefined ? options[verb.positional] : asked.word;
  const pattern = (given === undefined || given === null) && verb.fallback ? verb.fallback(options) : given;
  if (verb.positional && pattern !== undefined && pattern !== null) args.push(String(pattern));
  for (const name of verb.options) {
    const value = options[name];
    if (name === verb.positional || value === undefined || value === null || value === false) continue;
    for (const one of [].concat(value)) {
      args.push(`--${name}`);
      if (known[name].type !== 'boolean') args.push(String(one));
    }
  }
  return args;
}

/** Whether the engine may have to package another state of the service. */
function needsPackager({ name }, { base }) {
  return Boolean(VERBS[name].packager) && Boolean(base);
}

/** Whether the engine asks AWS for this verb with these options. */
function asksAws({ name }, options) {
  const { asksAws: asks } = VERBS[name];
  return Boolean(asks) && asks(options);
}

/** The options of a verb: those that all verbs share under a name, and its own. */
function optionsOf(verb) {
  const all = { ...OPTIONS, ...verb.own };
  return Object.fromEntries(verb.options.map((name) => [name, { ...all[name] }]));
}

module.exports = { DENIED, asksAws, declareCommands, engineArguments, needsPackager, verbOf };
