'use strict';

/** The plugins that are listed before this one, whose hooks therefore run before the check. */
function listedBefore({ configurationInput }, plugin) {
  const { plugins } = configurationInput || {};
  const names = Array.isArray(plugins) ? plugins : (plugins && plugins.modules) || [];
  // the name that the Framework loaded the plugin by
  return names.slice(0, Math.max(names.indexOf(plugin._serverlessExternalPluginName), 0));
}

function orderNotice(before) {
  const names = before.map((name) => `\`${name}\``).join(', ');
  return (
    `leastpriv: what ${names} may do to AWS comes before the check\n` +
    'help: list this plugin first in `plugins`\n'
  );
}

module.exports = { listedBefore, orderNotice };
