'use strict';

const { testFramework } = require('./support/framework-tests');
const { testSecrets } = require('./support/secret-tests');
const { testVariables } = require('./support/variable-tests');

testFramework('serverless 3');
testVariables('serverless 3');
testSecrets('serverless 3');
