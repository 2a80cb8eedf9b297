'use strict';
(() => {
  const rows = JSON.parse(document.getElementById('rows').textContent);
  const search = document.getElementById('search');
  const status = document.getElementById('status');
  const theme = document.getElementById('theme');
  const buttons = [...document.querySelectorAll('tr.row button')];

  /** An element with text, which can never become markup. */
  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function reason(group) {
    const made = element('div', '', 'why');
    made.append(element('p', group.why));
    const list = element('ul');
    for (const [action, phases] of group.actions) {
      const item = element('li');
      item.append(element('code', action), ` ${phases.join(', ')}`);
      list.append(item);
    }
    made.append(list);
    for (const [resource, scope, label] of group.resources) {
      const line = element('p');
      line.append(element('span', label, `mark ${scope}`), element('code', resource));
      made.append(line);
    }
    for (const condition of group.conditions) made.append(element('p', `if ${condition}`, 'soft'));
    if (group.assumed) made.append(element('p', `assumed: ${group.assumed}`, 'soft'));
    if (group.source.startsWith('https://')) {
      const link = element('a', 'source');
      link.href = group.source;
      link.rel = 'noreferrer';
      made.append(link);
    }
    return made;
  }

  function toggle(button) {
    const open = button.getAttribute('aria-expanded') !== 'true';
    const row = button.closest('tr');
    button.setAttribute('aria-expanded', String(open));
    let detail = row.nextElementSibling;
    if (!detail || !detail.classList.contains('detail')) {
      detail = element('tr', '', 'detail');
      detail.id = button.getAttribute('aria-controls');
      const cell = element('td');
      cell.colSpan = 5;
      cell.append(...rows[Number(row.dataset.index)].groups.map(reason));
      detail.append(cell);
      row.after(detail);
    }
    detail.hidden = !open || row.hidden;
  }

  const texts = rows.map((row) =>
    [row.name, ...row.groups.flatMap((group) => [group.why, ...group.actions.map(([action]) => action), ...group.resources.map(([arn]) => arn)])]
      .join('\n')
      .toLowerCase(),
  );

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const button of buttons) {
      const row = button.closest('tr');
      row.hidden = !words.every((word) => texts[Number(row.dataset.index)].includes(word));
      shown += row.hidden ? 0 : 1;
      const detail = row.nextElementSibling;
      if (detail && detail.classList.contains('detail')) detail.hidden = row.hidden || button.getAttribute('aria-expanded') !== 'true';
    }
    status.textContent = words.length ? `${shown} of ${rows.length} shown` : `${rows.length} shown`;
  }

  for (const button of buttons) button.addEventListener('click', () => toggle(button));
  search.addEventListener('input', filter);
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && event.target !== search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === 'Escape' && event.target === search) {
      search.value = '';
      filter();
    }
  });
  theme.addEventListener('click', () => {
    const dark = getComputedStyle(document.documentElement).getPropertyValue('--paper').trim() === '#14161b';
    document.documentElement.dataset.theme = dark ? 'light' : 'dark';
  });
  filter();
})();
