'use strict';

const { outputOf } = require('./subprocess');

const OLDEST_MINOR = 11;
// prints the version, and ends with 3 when it cannot make an environment with pip: Debian packages that on its own
const PROBE =
  'import sys\nprint("%d.%d" % sys.version_info[:2])\ntry:\n    import venv, ensurepip\nexcept ImportError:\n    sys.exit(3)';

/**
 * The ways to make an environment, best first: each `{ name, steps(folder, python), install(python, words) }` with commands as
 * lists of words, or `{ name, refused }`. uv brings a Python along where there is none.
 */
async function* interpreters({ environment, platform, signal }) {
  const uv = await outputOf(['uv', '--version'], environment, signal);
  if (uv.code === 0) yield uvWay();
  for (const command of commands(platform)) {
    const name = command.join(' ');
    const { code, stdout } = await outputOf([...command, '-c', PROBE], environment, signal);
    if (code === null) continue;
    const version = stdout.trim();
    const [major, minor] = version.split('.').map(Number);
    if (code !== 0 && code !== 3) yield { name, refused: 'does not start' };
    else if (major !== 3 || !(minor >= OLDEST_MINOR)) yield { name, refused: `is Python ${version}` };
    else if (code === 3) yield { name, refused: 'lacks the modules `venv` and `ensurepip`', lacksVenv: version };
    else yield pythonWay(name, command);
  }
}

const commands = (platform) => [
  ...['python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3'].map((name) => [name]),
  ...(platform === 'win32' ? [['py', '-3'], ['python']] : []),
];

const uvWay = () => ({
  name: 'uv',
  steps: (folder) => [['uv', 'venv', '--quiet', '--no-project', '--python', `>=3.${OLDEST_MINOR}`, folder]],
  install: (python, words) => ['uv', 'pip', 'install', '--quiet', '--python', python, ...words],
});

const pythonWay = (name, command) => ({
  name,
  steps: (folder) => [[...command, '-m', 'venv', folder]],
  install: (python, words) => [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...words],
});

module.exports = { interpreters };
