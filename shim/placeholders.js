'use strict';

// Letters and digits, lower case: the Framework's normalisers for names and logical ids leave it as it is
const TOKEN = /xleastprivvar\d+x/;
const WHOLE_TOKEN = /^xleastprivvar\d+x$/;

const ACCOUNT = '000000000000';
const DIGEST = `sha256:${'0'.repeat(64)}`;
const BUCKET = 'xleastprivbucketx';

const token = (index) => `xleastprivvar${index}x`;
const isToken = (value) => typeof value === 'string' && WHOLE_TOKEN.test(value);
const hasToken = (value) => typeof value === 'string' && TOKEN.test(value);
const UNKNOWN_REPOSITORY = 'xleastprivimagex';
const imageUri = (region, repository = UNKNOWN_REPOSITORY) =>
  `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com/${repository}@${DIGEST}`;

/** The first token anywhere in a value, or undefined. */
function firstToken(value) {
  if (typeof value === 'string') return (TOKEN.exec(value) || [])[0];
  if (!value || typeof value !== 'object') return undefined;
  for (const part of Object.values(value)) {
    const found = firstToken(part);
    if (found) return found;
  }
  return undefined;
}

module.exports = { ACCOUNT, BUCKET, DIGEST, firstToken, hasToken, imageUri, isToken, token };
