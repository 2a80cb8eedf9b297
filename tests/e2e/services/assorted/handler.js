'use strict';

module.exports.handle = async () => ({ statusCode: 200 });
