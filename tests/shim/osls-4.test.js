'use strict';

const { testFramework } = require('./support/framework-tests');
const { testSecrets } = require('./support/secret-tests');
const { testVariables } = require('./support/variable-tests');

testFramework('osls 4');
testVariables('osls 4');
testSecrets('osls 4');
