// A part of the day at the real window: the same profile, with the cashier at the keypad instead of software.
import { startWallet } from '../../desktop/lib/wallet.mjs';
import { PASSPHRASE, pause, until } from '../../till-api/lib/shop.mjs';
import { wanted } from './bad-days.mjs';

const ENTER = '\uE007';

/** Makes `count` charges by hand; each is paid by another wallet and goes green in the window. */
export async function inTheWindow({ till, ethers }, count) {
  const { world } = till;
  await till.end();
  const { JIAOZI_PROFILE, JIAOZI_SANDBOX } = world.env('shop');
  const desktop = await startWallet({ JIAOZI_PROFILE, JIAOZI_SANDBOX });
  const ends = [];
  try {
    const { page, vault } = await desktop.open();
    await page.click('.page button.primary');
    await vault.says('Passphrase');
    await vault.type(PASSPHRASE);
    await vault.press('Return');
    // A wallet that was made on the terminal has no phrase of its windows yet.
    await vault.says('Choose a phrase');
    await vault.type('paper lantern');
    await vault.press('Return');
    await page.find('nav li button');
    await page.run(() => document.querySelectorAll('nav li button')[3].click());
    await page.find('[data-testid=till] h1');
    for (let index = 0; index < count; index += 1) {
      const fen = 1_20 + index;
      await page.find('[data-testid=sum]');
      await page.run(() => document.activeElement.blur());
      // As a person types: what comes faster is a scanner's.
      for (const key of `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`) {
        await page.press([key]);
        await pause(150);
      }
      await page.press([ENTER]);
      await page.find('[data-testid=charge-panel] .qr img');
      const charge = await until('the charge', async () => {
        const { value } = await page.invoke('charges', { query: { state: 'open' } });
        return value.charges.find((one) => one.amount.atoms === String(fen));
      });
      await ethers.pay(charge);
      await page.find('[data-testid=charge-panel][data-state=paid] [data-testid=code]', charge.code);
      ends.push([charge.id, wanted('paid', {}, fen)]);
      await page.click('button.primary', 'Next customer');
    }
  } finally {
    await desktop.stop();
    await world.run('shop', 'unlock');
    await till.start();
  }
  return ends;
}
