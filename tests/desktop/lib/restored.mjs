// A wallet that is known beforehand, restored by a person in the vault's window.

/** Types the words, a phrase and a PIN into the vault, and waits until the home page is there. */
export async function restoreWallet({ page, vault }, { words, phrase, pin }) {
  await page.find("h1");
  await page.click(".way", "Restore");
  await page.find(".state", "The keyring works");
  await page.click("button.primary");
  await vault.says("Word 1");
  await vault.type(`${words} `);
  await vault.says(`${words.split(" ").length} words fit together`);
  await vault.press("Return");
  await vault.says("Pick a few words");
  await vault.type(phrase);
  await vault.press("Return");
  await vault.says("The same PIN again");
  await vault.type(pin);
  await vault.press("Return");
  await vault.type(pin);
  await vault.press("Return");
  await vault.says("Your wallet is back");
  await vault.press("Return");
  await page.find("[data-testid=balance]");
}
