'use strict';

// unmistakable wherever they stand in a name
const SECRET =
  /passw(or)?d|passphrase|secret|credential|token|api_?key|private_?key|access_?key|signing_?key|encryption_?key|shared_?key|account_?key|license_?key|master_?key|connection_?(string|url|uri)|webhook/;

// only as words: they are parts of harmless names otherwise
const SECRET_WORDS = new Set(['pwd', 'pass', 'dsn', 'psk', 'otp', 'jwt', 'salt']);
const SECRET_LAST_WORDS = new Set(['auth', 'authorization', 'cookie', 'pin', 'pat']);

// a name that ends like this says where a secret is, what it is called or how long it lives, but not the secret
const HARMLESS_LAST_WORDS = new Set(
  (
    'id ids arn arns name names type types source sources required enabled disabled validity unit units ttl seconds minutes ' +
    'hours days length version versions mode scope scopes endpoint policy rotation location path paths prefix header format ' +
    'status count size region account expression strategy scheme method methods ref alias description issuer audience'
  ).split(' '),
);
// addresses, but for those that are secrets themselves
const ADDRESS_LAST_WORDS = new Set(['url', 'urls', 'uri', 'uris']);
const SECRET_ADDRESS = /webhook|connection/;

/** Whether a value of this name is a secret: `dbPassword`, `API_KEY`; not `SecretArn`, `TokenValidity`, `ApiKeyRequired`. */
function isSecretName(name) {
  const words = wordsOf(String(name));
  if (!words.length) return false;
  const last = words[words.length - 1];
  const joined = words.join('_');
  if (HARMLESS_LAST_WORDS.has(last)) return false;
  if (ADDRESS_LAST_WORDS.has(last) && !SECRET_ADDRESS.test(joined)) return false;
  if (SECRET.test(joined) || SECRET.test(words.join(''))) return true;
  return SECRET_LAST_WORDS.has(last) || words.some((word) => SECRET_WORDS.has(word));
}

function wordsOf(name) {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

module.exports = { isSecretName };
