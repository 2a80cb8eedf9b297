'use strict';

/** Tells a topic about each deployment. */
class Notify {
  constructor(serverless) {
    this.provider = serverless.getProvider('aws');
    this.hooks = { 'after:deploy:deploy': () => this.notify() };
  }

  async notify() {
    await this.provider.request('SNS', 'publish', { TopicArn: 'arn:aws:sns:us-east-1:123456789012:deployments' });
  }
}

module.exports = Notify;
