'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { FAKES, run } = require('./frameworks');

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'CANARY-of-the-deployer',
  AWS_SESSION_TOKEN: 'CANARY-of-the-session',
};
const preload = (name) => `--require ${JSON.stringify(path.join(FAKES, name))}`;

/**
 * Runs a Framework as `run` does, with credentials and an AWS on this machine. → its result with `log`: the calls to AWS,
 * `{ call }`, and the runs of the engine, `{ engine, handoff }`, in the order in which they came.
 */
async function runOnline(t, cli, folder, words, extra = {}) {
  const log = path.join(fs.mkdtempSync(path.join(path.dirname(folder), 'log-')), 'log');
  fs.writeFileSync(log, '');
  const result = await run(cli, folder, words, {
    ...CREDENTIALS,
    NODE_OPTIONS: `${preload('to-loopback.js')} ${preload('no-network.js')}`,
    LEASTPRIV_TEST_AWS: String(await startAws(t, log)),
    LEASTPRIV_TEST_LOG: log,
    SLS_AWS_REQUEST_MAX_RETRIES: '0',
    ...extra,
  });
  const lines = fs.readFileSync(log, 'utf8').split('\n').filter(Boolean);
  return { ...result, log: lines.map((line) => JSON.parse(line)) };
}

/**
 * AWS as far as the beginning of a command needs it: knows who calls and one parameter, has no stacks, denies everything else.
 * So a command ends with its first call that would change something, and that call is in the log.
 */
async function startAws(t, log) {
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const call = callOf(request, body);
    fs.appendFileSync(log, `${JSON.stringify({ call })}\n`);
    const { status, text } = (ANSWERS[call] || denied)(body);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return server.address().port;
}

/** `sts.GetCallerIdentity`; the method and the path for services whose calls have no name. */
function callOf({ headers, method, url }, body) {
  const service = headers.host.split('.').find((part) => /^(sts|cloudformation|s3|ssm|lambda|ecr)$/.test(part));
  const target = headers['x-amz-target'];
  const name = target ? target.split('.').pop() : new URLSearchParams(body).get('Action');
  return `${service || headers.host}.${name || `${method} ${url}`}`;
}

const ANSWERS = {
  'sts.GetCallerIdentity': () => ({
    status: 200,
    text:
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/deployer</Arn>' +
      '<UserId>AIDA</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
  }),
  'cloudformation.DescribeStacks': () => failure(400, 'ValidationError', 'Stack with id plain-dev does not exist'),
  'ssm.GetParameter': (body) => {
    const { Name } = JSON.parse(body);
    const isSecret = Name.startsWith('/aws/');
    const Value = isSecret ? '{"user": "CANARY-user", "password": "CANARY-password"}' : 'orders-table';
    return { status: 200, text: JSON.stringify({ Parameter: { Name, Type: isSecret ? 'SecureString' : 'String', Value, Version: 1 } }) };
  },
};

const denied = () => failure(403, 'AccessDenied', 'the stub denies this');

const failure = (status, code, message) => ({
  status,
  text: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

module.exports = { CREDENTIALS, runOnline };
