'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { FOLDER, readTemplates } = require('../package-folder');

const STATE = 'serverless-state.json';

/**
 * What an earlier run of the Framework left in the package folder, `{ template, nestedTemplates, stateFile }`: the best that is
 * known here of what is deployed. Null when there is nothing, or when it is of another stage, region or service.
 */
function packagedBefore(serverless) {
  const folder = path.join(serverless.serviceDir, FOLDER);
  const stateFile = path.join(folder, STATE);
  try {
    const { service } = JSON.parse(fs.readFileSync(stateFile, 'utf8'));
    return isOfThisStack(service, serverless) ? { ...readTemplates(folder), stateFile } : null;
  } catch {
    return null;
  }
}

function isOfThisStack({ service, provider }, serverless) {
  const { service: name } = serverless.service;
  const aws = serverless.getProvider('aws');
  return service === name && provider.stage === aws.getStage() && provider.region === aws.getRegion();
}

module.exports = { packagedBefore };
