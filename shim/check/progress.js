'use strict';

/** Shows a text in the Framework's progress line where it has one. → takes it away */
function showProgress(utils, text) {
  const { progress } = utils || {};
  if (!progress) return () => {};
  // serverless 4 hands a line over, the others a maker of lines
  const line = typeof progress.get === 'function' ? progress.get('check') : progress;
  line.notice(text);
  return () => line.remove();
}

module.exports = { showProgress };
