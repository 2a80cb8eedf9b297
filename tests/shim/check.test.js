'use strict';

const { testCheck } = require('./support/check-tests');

for (const name of ['serverless 3', 'osls 3', 'osls 4']) testCheck(name);
