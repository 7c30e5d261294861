// The accounts that every test node funds: the well-known development phrase, worth nothing anywhere.
import { HDNodeWallet } from 'ethers';

export const DEVELOPMENT_PHRASE = 'test test test test test test test test test test test junk';

/** The first ten accounts of the development phrase, as `{ address, key }`. */
export function fundedKeys() {
  return Array.from({ length: 10 }, (_, index) => {
    const wallet = HDNodeWallet.fromPhrase(DEVELOPMENT_PHRASE, '', `m/44'/60'/0'/0/${index}`);
    return { address: wallet.address, key: wallet.privateKey };
  });
}
