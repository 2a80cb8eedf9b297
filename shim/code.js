'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { hasToken, imageUri } = require('./placeholders');

const S3_ADDRESS = /^s3:\/\/|^(https?:\/\/)?([^/]+\.)?s3([.-][a-z0-9-]+)?\.amazonaws\.com\//i;
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

/**
 * Replaces code that packaging would build, push or download: images with a `path`, images whose address is not known, and
 * artifacts in S3. `repository` is the service's own. → `{ images, removeCode }`; the images are those that AWS would be asked about, by name or address.
 */
function replaceCode(service, region, repository, intercepted) {
  const images = [];
  replaceBuiltImages(service.provider.ecr, region, repository, images);
  for (const one of Object.values(service.functions || {})) if (one.image) replaceImage(one, 'image', region, images);
  const folder = replaceArtifacts(service, intercepted);
  const removeCode = () => {
    if (folder) fs.rmSync(folder, { recursive: true, force: true });
  };
  return { images, removeCode };
}

/** An image that would be built and pushed keeps the repository it would be pushed to; only the account is not known. */
function replaceBuiltImages(ecr, region, repository, images) {
  const defined = (ecr && ecr.images) || {};
  for (const [name, image] of Object.entries(defined)) {
    if (image && image.path) {
      images.push({ name });
      defined[name] = { uri: imageUri(region, repository) };
    } else if (image) replaceImage(defined, name, region, images);
  }
}

/** An image by address: one that is known is kept and only its digest is answered, since the repository is a part of it. */
function replaceImage(holder, key, region, images) {
  const image = holder[key];
  const uri = image.uri || image.name || image;
  // the Framework takes what is no address for a name of `provider.ecr.images`
  if (typeof uri !== 'string' || !(hasToken(uri) || /\.dkr\.ecr\./.test(uri))) return;
  if (!uri.includes('@sha256:')) images.push({ uri });
  if (!hasToken(uri)) return;
  const { name, ...settings } = typeof image === 'object' ? image : {};
  holder[key] = { ...settings, uri: imageUri(region) };
}

function replaceArtifacts(service, intercepted) {
  let folder = null;
  const owners = [service, ...Object.values(service.functions || {}), ...Object.values(service.layers || {})];
  for (const { package: settings } of owners) {
    const artifact = settings && settings.artifact;
    if (typeof artifact !== 'string' || !(S3_ADDRESS.test(artifact) || hasToken(artifact))) continue;
    folder = folder || fs.mkdtempSync(path.join(os.tmpdir(), 'leastpriv-'));
    // the file's name becomes a part of the key that the template names
    settings.artifact = path.join(folder, path.posix.basename(artifact.split(/[?#]/)[0]));
    fs.writeFileSync(settings.artifact, EMPTY_ZIP);
    intercepted.push({ service: 'S3', operation: 'GetObject' });
  }
  return folder;
}

module.exports = { replaceCode };
