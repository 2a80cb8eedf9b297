'use strict';

/**
 * Opens pages in a headless Chromium and prints what it saw as JSON: `node browser.js CHROMIUM FOLDER PAGE…`. Screenshots go into
 * FOLDER.
 */
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { chromium } = require('playwright-core');

const [executablePath, folder, ...pages] = process.argv.slice(2);
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };

async function main() {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const seen = {};
    for (const file of pages) seen[path.basename(file)] = await look(browser, file);
    process.stdout.write(JSON.stringify(seen));
  } finally {
    await browser.close();
  }
}

async function look(browser, file) {
  const name = path.basename(file, '.html');
  const shot = (page, suffix) => page.screenshot({ path: path.join(folder, `${name}-${suffix}.png`) });
  const page = await browser.newPage({ viewport: WIDE });
  const problems = [];
  const requests = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  const started = Date.now();
  await page.goto(pathToFileURL(file).href);
  await page.getByRole('status').filter({ hasText: 'shown' }).waitFor();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const milliseconds = Date.now() - started;
  await shot(page, 'wide');
  const seen = { milliseconds, title: await page.title(), headings: await page.getByRole('heading').allTextContents() };
  seen.rows = await page.locator('tr.row').count();
  seen.status = await page.getByRole('status').textContent();
  Object.assign(seen, await byKeyboard(page));
  await shot(page, 'open');
  seen.dark = await theme(page, shot);
  await page.setViewportSize(NARROW);
  await page.evaluate(() => window.scrollTo(0, 0));
  seen.overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await shot(page, 'narrow');
  await page.locator('#search').scrollIntoViewIfNeeded();
  await page.locator('tr.row').nth(1).scrollIntoViewIfNeeded();
  await shot(page, 'narrow-matrix');
  seen.unnamed = await page.evaluate(() =>
    [...document.querySelectorAll('button, a, input')].filter(
      (one) => !(one.textContent.trim() || one.labels?.length || one.getAttribute('aria-label')),
    ).length,
  );
  await page.close();
  return { ...seen, problems, requests: requests.map((url) => url.slice(0, 5)) };
}

/** Searches, opens the first row and closes it, all without a mouse. */
async function byKeyboard(page) {
  const first = await page.locator('tr.row button').first().textContent();
  await page.keyboard.press('/');
  await page.keyboard.type(`${first.toLowerCase()} `);
  const found = await page.getByRole('status').textContent();
  await page.keyboard.press('Tab');
  const focused = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press('Enter');
  const expanded = await page.evaluate(() => document.activeElement.getAttribute('aria-expanded'));
  const detail = await page.locator('tr.detail:visible').textContent();
  await page.keyboard.press('Enter');
  const closed = await page.locator('tr.detail:visible').count();
  await page.keyboard.press('Enter');
  await page.locator('#search').focus();
  await page.keyboard.press('Escape');
  return { first, found, focused, expanded, detail, closed, after: await page.getByRole('status').textContent() };
}

/** The colours of the page as the system asks for dark, and after the button. */
async function theme(page, shot) {
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await colour();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await colour();
  await page.evaluate(() => window.scrollTo(0, 0));
  await shot(page, 'dark');
  await page.getByRole('button', { name: 'Light or dark' }).click();
  const chosen = await colour();
  await page.emulateMedia({ colorScheme: 'light' });
  return { light, dark, chosen };
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
