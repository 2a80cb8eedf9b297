'use strict';

/**
 * Posts the comment of this service on the pull request, or updates the one that is there. A service without a change gets no
 * first comment. https://docs.github.com/rest/issues/comments
 */
const fs = require('node:fs');
const { fail } = require('./workflow');

const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, LEASTPRIV_BODY, LEASTPRIV_NUMBER } = process.env;
const PER_PAGE = 100;
const TRIES = 3;

async function main() {
  const body = fs.readFileSync(LEASTPRIV_BODY, 'utf8');
  const known = await ours(body.split('\n', 1)[0]);
  if (known && known.body === body) return;
  if (known) await ask('PATCH', `/repos/${GITHUB_REPOSITORY}/issues/comments/${known.id}`, { body });
  else if (body.includes('<details>')) await ask('POST', `/repos/${GITHUB_REPOSITORY}/issues/${LEASTPRIV_NUMBER}/comments`, { body });
}

/** The comment that begins with the marker. One of a person is not ours, whatever it begins with. */
async function ours(marker) {
  for (let page = 1; ; page += 1) {
    const path = `/repos/${GITHUB_REPOSITORY}/issues/${LEASTPRIV_NUMBER}/comments?per_page=${PER_PAGE}&page=${page}`;
    const comments = await ask('GET', path);
    const found = comments.find(({ body, user }) => user && user.type === 'Bot' && body && body.startsWith(marker));
    if (found || comments.length < PER_PAGE) return found;
  }
}

async function ask(method, path, document, tries = TRIES) {
  const response = await fetch(`${GITHUB_API_URL}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${GITHUB_TOKEN}`,
      'content-type': 'application/json',
      'x-github-api-version': '2022-11-28',
    },
    body: document && JSON.stringify(document),
  });
  if (response.ok) return response.json();
  if (response.status >= 500 && method !== 'POST' && tries > 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return ask(method, path, document, tries - 1);
  }
  return fail(
    `the comment could not be written: GitHub answered ${response.status} to ${method}`,
    'the job needs `permissions: { pull-requests: write }`',
  );
}

main().catch((error) => fail(`the comment could not be written: ${error.message}`, 'the job summary has it, too'));
