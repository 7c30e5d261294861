// The checkout page in a real browser: in both languages and themes, narrow and
// wide, with and without scripts, from the first look to the green page.
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { axe } from '../desktop/lib/axe.mjs';
import { openBrowser } from './lib/browser.mjs';
import { Shop, until } from './lib/shop.mjs';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const SCREENS = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'screens', 'checkout');
const WIDTHS = [360, 1280];
const NOTE = { en: 'two bowls of noodles', 'zh-CN': '两碗牛肉面，多放香菜' };

let shop;
const charges = {};
before(async () => {
  shop = await Shop.open();
  await shop.world.wallet('customer');
  await shop.world.run('customer', 'topup', '5000');
  for (const language of ['en', 'zh-CN']) {
    const of = (amount) => shop.charge({ amount, note: NOTE[language] });
    const [open, paid, over, closed, under] = [
      await of('1234.50'),
      await of('12.50'),
      await of('3'),
      await of('4'),
      await of('5'),
    ];
    await shop.world.run('customer', 'pay', paid.link, '--yes');
    await shop.state(paid.id, 'paid');
    for (const [charge, amount] of [
      [over, '3.50'],
      [under, '2'],
    ]) {
      await shop.world.run('customer', 'pay', charge.address, '--amount', amount, '--yes');
      await until('the money', async () => (await shop.get(charge.id)).payments.length > 0);
    }
    await shop.state(over.id, 'paid');
    await shop.call('POST', `/v1/charges/${closed.id}/close`);
    await shop.state(closed.id, 'closed');
    charges[language] = { open, paid, over, closed, under };
  }
});
after(() => shop?.close());

for (const theme of ['light', 'dark']) {
  test(`the pages pass axe, ${theme}`, async () => {
    const browser = await openBrowser(theme);
    const { page } = browser;
    try {
      for (const width of WIDTHS) {
        await page.size(width, 800);
        for (const [language, all] of Object.entries(charges)) {
          const links = Object.entries(all).map(([name, charge]) => [name, charge.checkout_url]);
          links.push(['nothing', `${shop.url}/pay/${'0'.repeat(40)}`]);
          for (const [name, link] of links) {
            const place = `${name}-${language}-${theme}-${width}`;
            await browser.go(`${link}?lang=${language}`);
            const seen = await page.run(() => ({
              lang: document.documentElement.lang,
              dark: matchMedia('(prefers-color-scheme: dark)').matches,
              wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
              width: innerWidth,
              inline: document.querySelectorAll('script:not([src]), style, [style], [onclick]').length,
              font: parseFloat(getComputedStyle(document.querySelector('h1')).fontSize),
            }));
            assert.deepEqual([seen.lang, seen.dark], [language, theme === 'dark'], place);
            assert.equal(seen.wide, 0, `${place} scrolls sideways`);
            assert.equal(seen.width, width, place);
            assert.equal(seen.inline, 0, place);
            assert.ok(seen.font >= 24, place);
            await browser.picture(join(SCREENS, `${place}.png`));
            assert.deepEqual(await axe(page), [], place);
          }
        }
      }
    } finally {
      await browser.stop();
    }
  });
}

test('the page turns green by itself, and shows the order code', async () => {
  const browser = await openBrowser('light');
  const { page } = browser;
  try {
    await page.size(360, 800);
    const charge = await shop.charge({ amount: '6.60' });
    await browser.go(`${charge.checkout_url}?lang=zh-CN`);
    await page.find('.wait', '等待您付款');
    const link = await page.run(() => document.querySelector('.panel.ours a').getAttribute('href'));
    assert.equal(link, charge.link);
    // The clock runs down by itself.
    const clock = () => page.text('.left');
    const first = await clock();
    assert.match(first, /^剩余 1[45]:\d\d$/);
    await until('the clock to run', async () => (await clock()) !== first);
    // Another wallet's code is one click, or one key, away.
    await page.click('label[for=others]');
    const other = await page.run(() => {
      const shown = [...document.querySelectorAll('.panel')].filter((panel) => panel.checkVisibility());
      return [shown.length, shown[0].querySelector('a').getAttribute('href')];
    });
    assert.deepEqual(other, [1, charge.ethereum_link]);
    await shop.world.run('customer', 'pay', charge.link, '--yes');
    await page.find('.paid .word', '已收款');
    const code = await page.text('.big-code');
    assert.ok(code.includes(charge.code), code);
    // It stays green, and asks no more.
    assert.equal(await page.run(() => document.querySelector('main[data-state]')), null);
    await page.click('nav a', 'English');
    await page.find('.paid .word', 'Received');
  } finally {
    await browser.stop();
  }
});

test('the page works without scripts', async () => {
  const browser = await openBrowser('light', ['--enable-javascript=FALSE']);
  const { page } = browser;
  try {
    const charge = await shop.charge({ amount: '7.70' });
    await browser.go(`${charge.checkout_url}?lang=en`);
    // The driver's own scripts are none of the page's, and may be off as well.
    const title = () => page.ask('GET', '/title');
    assert.equal(await title(), 'Pay 老王面馆');
    const element = (value) => page.ask('POST', '/element', { using: 'css selector', value }).catch(() => undefined);
    assert.ok(await element('.qr svg'));
    browser.screen(join(SCREENS, 'without-scripts-open.png'));
    await shop.world.run('customer', 'pay', charge.link, '--yes');
    await until('the page to look again', () => element('.paid'));
    browser.screen(join(SCREENS, 'without-scripts-paid.png'));
  } finally {
    await browser.stop();
  }
});

test('the page holds no secret and lets nothing in', async () => {
  const { open } = charges.en;
  const answer = await fetch(open.checkout_url, { headers: { 'accept-language': 'zh-CN,en;q=0.5' } });
  const policy = answer.headers.get('content-security-policy');
  assert.ok(policy.startsWith("default-src 'none'") && policy.includes("frame-ancestors 'none'"), policy);
  assert.ok(!policy.includes('unsafe'), policy);
  assert.equal(answer.headers.get('content-language'), 'zh-CN');
  assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const state = await fetch(`${open.checkout_url}/state`);
  assert.deepEqual(Object.keys(await state.json()).sort(), ['paid', 'seconds_left', 'state', 'version']);
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const refused = await fetch(open.checkout_url, { method });
    assert.equal(refused.status, 405, method);
  }
});
