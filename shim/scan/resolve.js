'use strict';

const fs = require('node:fs');
const path = require('node:path');

const EXTENSIONS = ['', '.js', '.cjs', '.mjs', '.ts', '.cts', '.mts', '.tsx', '.jsx', '.json'];
const CODE = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/** The real file that a path without its ending, or of a folder, stands for; null when there is none. */
function fileOf(place) {
  // TypeScript names the files that it will compile to
  const written = [place, place.replace(/\.([cm]?)js$/, '.$1ts'), place.replace(/\.js$/, '.tsx')];
  for (const one of written) {
    const found = EXTENSIONS.map((extension) => one + extension).find(isFile);
    if (found) return fs.realpathSync(found);
  }
  return isFolder(place) ? fileInFolder(place) : null;
}

function fileInFolder(folder) {
  const places = [mainOf(folder), 'index'].filter(Boolean).map((name) => path.resolve(folder, name));
  // a `main` that leads back to the folder, or out of it, would be followed for ever
  return places.filter((place) => place.startsWith(folder + path.sep)).map(fileOf).find(Boolean) || null;
}

function mainOf(folder) {
  try {
    const { main } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return typeof main === 'string' ? main : null;
  } catch {
    return null;
  }
}

const isFile = (place) => is(place, 'isFile');
const isFolder = (place) => is(place, 'isDirectory');

function is(place, kind) {
  try {
    return fs.statSync(place)[kind]();
  } catch {
    return false;
  }
}

const isCode = (file) => CODE.test(file);

module.exports = { fileOf, isCode };
