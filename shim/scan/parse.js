'use strict';

const path = require('node:path');
const { Parser } = require('acorn');

const OPTIONS = { ecmaVersion: 'latest', locations: true, allowHashBang: true };
const TYPESCRIPT = /^\.[mc]?tsx?$/;
const MODULE = /^\s*(?:import|export)\b/m;

let typescript;

/** The parsers of TypeScript, without and with JSX. They are ES modules, so they are loaded once and before they are needed. */
async function loadTypeScript() {
  if (typescript) return;
  const { tsPlugin } = await import('@sveltejs/acorn-typescript');
  typescript = [Parser.extend(tsPlugin({ jsx: false })), Parser.extend(tsPlugin())];
}

/** Source text → its syntax tree; throws a SyntaxError when no parser takes it. */
async function parse(text, file) {
  if (TYPESCRIPT.test(path.extname(file))) return parseTypeScript(text, file);
  try {
    return parseJavaScript(text);
  } catch {
    // JSX, or types in a file that something else strips them from
    return parseTypeScript(text, file);
  }
}

/** As a script first where nothing tells that it is a module: a script may say `return` at its top, or `await` as a name. */
function parseJavaScript(text) {
  const types = MODULE.test(text) ? ['module', 'script'] : ['script', 'module'];
  return first(types, (sourceType) =>
    Parser.parse(text, { ...OPTIONS, sourceType, allowReturnOutsideFunction: sourceType === 'script' }),
  );
}

async function parseTypeScript(text, file) {
  await loadTypeScript();
  const [plain, withJsx] = typescript;
  const parsers = /x$/.test(file) ? [withJsx, plain] : [plain, withJsx];
  return first(parsers, (parser) => parser.parse(text, { ...OPTIONS, sourceType: 'module' }));
}

/** The result for the first of the choices that does not throw; the first error when all do. */
function first(choices, attempt) {
  let problem;
  for (const choice of choices) {
    try {
      return attempt(choice);
    } catch (error) {
      problem ||= error;
    }
  }
  throw problem;
}

module.exports = { parse };
