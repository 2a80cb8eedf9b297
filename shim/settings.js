'use strict';

const texts = { type: 'array', items: { type: 'string' } };
const textOrTexts = { anyOf: [{ type: 'string' }, texts] };

/** What the Framework validates under `custom.leastpriv`. */
const settingsSchema = {
  type: 'object',
  properties: {
    leastpriv: {
      type: 'object',
      properties: {
        // YAML 1.1 reads an unquoted `off` as the boolean false
        check: { enum: ['off', 'warn', 'error', false] },
        commands: textOrTexts,
        baseline: { type: 'string' },
        output: { type: 'string' },
        stages: textOrTexts,
        regions: textOrTexts,
        // unquoted account ids are numbers in YAML
        account: { anyOf: [{ type: 'string' }, { type: 'number' }] },
        boundary: { type: 'string' },
        overlay: textOrTexts,
        python: { type: 'string' },
      },
      additionalProperties: false,
    },
  },
};

module.exports = { settingsSchema };
