'use strict';

const { ACCOUNT, DIGEST } = require('./placeholders');

const CALLER = { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:root`, UserId: ACCOUNT };

/**
 * What packaging may ask AWS, and what it is told instead: as a result or an error for callers of `provider.request`, and as
 * the HTTP body for clients of the AWS SDK. Every other call is refused.
 */
const ANSWERS = {
  'STS.GetCallerIdentity': () => ({ result: CALLER, body: xmlResult('GetCallerIdentity', CALLER) }),
  // layers: nothing is deployed as far as we know, so nothing is reused
  'CloudFormation.DescribeStacks': missingStack,
  'CloudFormation.DescribeStackResource': missingStack,
  'CloudFormation.DescribeStackResources': missingStack,
  'CloudFormation.ListStackResources': missingStack,
  // the digest of an image that is named by its tag
  'ECR.DescribeImages': () => json({ imageDetails: [{ imageDigest: DIGEST }] }),
};

function missingStack({ StackName: name }) {
  const error = { code: 'ValidationError', message: `Stack with id ${name} does not exist` };
  return { error, body: xmlError(error) };
}

/** → `{ result | error, body }`, or null when the call must be refused. */
function answerTo(service, operation, params) {
  const answer = ANSWERS[`${service}.${operation}`];
  return answer ? answer(params || {}) : null;
}

const json = (result) => ({ result, body: JSON.stringify(result) });

function xmlResult(operation, values) {
  const fields = Object.entries(values).map(([key, value]) => `<${key}>${escaped(value)}</${key}>`);
  return (
    `<${operation}Response><${operation}Result>${fields.join('')}</${operation}Result>` +
    `<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></${operation}Response>`
  );
}

function xmlError({ code, message }) {
  return (
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>` +
    '<RequestId>local</RequestId></ErrorResponse>'
  );
}

const escaped = (text) => String(text).replace(/[<>&]/g, (one) => `&#${one.charCodeAt(0)};`);

module.exports = { answerTo };
