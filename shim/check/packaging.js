'use strict';

/**
 * Whether packaging itself changes AWS: images with a `path` are pushed, and serverless 4 makes the deployment bucket that all
 * services of a region share. https://github.com/serverless/serverless/blob/main/packages/serverless/lib/plugins/aws/provider.js
 */
function packagingChangesAws({ service: { provider: settings } }, provider, framework) {
  const images = Object.values((settings.ecr && settings.ecr.images) || {});
  if (images.some((image) => image && image.path)) return true;
  const isVersion4 = framework.name === 'serverless' && !framework.version.startsWith('3.');
  return isVersion4 && !settings.deploymentBucket && !provider.isLegacyDeploymentBucketEnabled;
}

module.exports = { packagingChangesAws };
