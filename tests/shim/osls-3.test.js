'use strict';

const { testFramework } = require('./support/framework-tests');
const { testSecrets } = require('./support/secret-tests');
const { testVariables } = require('./support/variable-tests');

testFramework('osls 3');
testVariables('osls 3');
testSecrets('osls 3');
