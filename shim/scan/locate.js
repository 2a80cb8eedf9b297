'use strict';

const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { fileOf } = require('./resolve');

/**
 * Where a plugin of the service is installed, looked up as the Framework does.
 * → `{ entry, root, name, version }`, null when there is none: its first file, the folder that its files are named from, and
 * the name that they are named after (none for a plugin of the service itself).
 */
function locatePlugin(name, { serviceDir, localPath, frameworkRequire }) {
  const entry =
    legacyEntry(name, serviceDir, localPath) ||
    resolved(createRequire(path.join(serviceDir, 'serverless.js')), name) ||
    (isPath(name) ? fileOf(path.resolve(serviceDir, name)) : moduleEntry(name, serviceDir)) ||
    (frameworkRequire && resolved(frameworkRequire, name));
  if (!entry) return null;
  const inside = packageOf(entry);
  const isPackage = entry.includes(`${path.sep}node_modules${path.sep}`) || !(isPath(name) || inLegacyFolder(name, serviceDir, localPath));
  if (isPackage && inside) return { entry, ...inside };
  return { entry, root: fs.realpathSync(serviceDir), name: null, version: null };
}

const isPath = (name) => /^\.{0,2}[/\\]/.test(name) || path.isAbsolute(name);

/** `plugins.localPath`, by default `.serverless_plugins`: plugins of the service that are named without a path. */
function legacyEntry(name, serviceDir, localPath) {
  return isPath(name) ? null : fileOf(path.resolve(serviceDir, localPath || '.serverless_plugins', name));
}

const inLegacyFolder = (name, serviceDir, localPath) => Boolean(legacyEntry(name, serviceDir, localPath));

function resolved(require, name) {
  try {
    return fs.realpathSync(require.resolve(name));
  } catch {
    return null;
  }
}

/** The entry of a package that CommonJS cannot require: one that exports for `import` only, or whose entry is TypeScript. */
function moduleEntry(name, serviceDir) {
  for (let folder = serviceDir; ; folder = path.dirname(folder)) {
    const root = path.join(folder, 'node_modules', name);
    const manifest = manifestOf(root);
    if (manifest) {
      const files = [...exported(manifest.exports), manifest.main, manifest.module, '.'].filter(Boolean);
      return files.map((file) => fileOf(path.join(root, file))).find(Boolean) || null;
    }
    if (folder === path.dirname(folder)) return null;
  }
}

/** The files that `exports` names for the package itself, those for `import` first. */
function exported(value) {
  if (typeof value === 'string') return [value];
  if (!value || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(exported);
  if ('.' in value) return exported(value['.']);
  const order = ['import', 'node', 'require', 'default'].filter((key) => key in value);
  return order.flatMap((key) => exported(value[key]));
}

/** The package that a file is part of; files with a manifest of their own, as `dist/package.json`, are part of it too. */
function packageOf(file) {
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const manifest = manifestOf(folder);
    if (manifest && typeof manifest.name === 'string') {
      const version = typeof manifest.version === 'string' ? manifest.version : null;
      return { root: folder, name: manifest.name, version };
    }
  }
  return null;
}

function manifestOf(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  } catch {
    return null;
  }
}

module.exports = { locatePlugin, manifestOf };
