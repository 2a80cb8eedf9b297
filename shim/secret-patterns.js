'use strict';

const { isSecretName } = require('./secret-names');

const REDACTED = 'redacted';

// Texts that are secrets by what they look like. Lengths are bounded and starts are at word boundaries, so that a text of
// megabytes is read once.
const PATTERNS = [
  /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(-----END [A-Z0-9 ]+-----|$)/g,
  /\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)?/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[a-z]-[A-Za-z0-9-]{10,}/g,
  /\bxapp-[A-Za-z0-9-]{10,}/g,
  /\b(sk|pk|rk)_(live|test)_[A-Za-z0-9]{10,}/g,
  /\bwhsec_[A-Za-z0-9+/=]{10,}/g,
  /\bsk-[A-Za-z0-9_-]{32,}/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bpypi-[A-Za-z0-9_-]{30,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bdop_v1_[a-f0-9]{40,}/g,
  /\bhv[sb]\.[A-Za-z0-9_-]{20,}/g,
  /\bNRAK-[A-Z0-9]{20,}/g,
];
const USER_INFO = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"'<>]{0,200}?:[^\s@"'<>]{1,200}@/gi;
const WEBHOOK =
  /\bhttps:\/\/(hooks\.slack\.com\/|discord(app)?\.com\/api\/webhooks\/|[\w-]{1,60}\.webhook\.office\.com\/)[^\s"'<>]*/gi;
// `"password": "x"`, `token=x`: in JSON, in scripts, in connection strings
const ASSIGNMENT =
  /(?<![\w-])(["']?)([A-Za-z][\w-]{0,60})\1(\s{0,9}[:=]\s{0,9})("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"',;&{}()[\]<>]+)/g;
// a value that only refers to the secret
const REFERENCE =
  /^["']?(\$\{|\{\{resolve:|arn:|\$[.A-Za-z]|redacted|xleastprivvar|(true|false|null)\b|process\.env|os\.environ)/;

/** The text without what looks like a secret, and without any of `values`. */
function scrubbed(text, values) {
  let result = text;
  for (const value of values) if (result.includes(value)) result = result.split(value).join(REDACTED);
  for (const pattern of PATTERNS) result = result.replace(pattern, REDACTED);
  result = result.replace(USER_INFO, `$1${REDACTED}@`).replace(WEBHOOK, REDACTED);
  return result.replace(ASSIGNMENT, (whole, quote, name, sign, value) =>
    isSecretName(name) && !REFERENCE.test(value) ? `${quote}${name}${quote}${sign}${requoted(value)}` : whole,
  );
}

const requoted = (value) => (/^["']/.test(value) ? `${value[0]}${REDACTED}${value[0]}` : REDACTED);

/**
 * The values of environment variables with secret names, but for `names`: what is also the name of the stage or the stack.
 * `${env:X}` is resolved before we are loaded, and only its value shows where it went.
 */
function secretValues(environment, names) {
  return Object.entries(environment)
    .filter(
      ([name, value]) => value.length >= 8 && !names.includes(value) && isSecretName(name) && !/^(OLD)?PWD$/.test(name),
    )
    .map(([, value]) => value)
    .sort((one, other) => other.length - one.length);
}

module.exports = { REDACTED, scrubbed, secretValues };
