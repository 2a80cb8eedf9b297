'use strict';

const { fail } = require('./workflow');

fail('this pull request asks the deployer for more than is approved', 'see the job summary for what, why, and what to do next');
