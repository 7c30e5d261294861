// An ethers provider that is kind to the Conflux node.
import { FeeData, JsonRpcProvider } from 'ethers';

/**
 * Prices by eth_gasPrice alone. Conflux 3.0.2 stops answering for good after a few dozen calls of
 * eth_maxPriorityFeePerGas or eth_feeHistory, which ethers would make for every transaction.
 */
class PlainPrices extends JsonRpcProvider {
  async getFeeData() {
    return new FeeData(BigInt(await this.send('eth_gasPrice', [])));
  }
}

/** The provider for a test node: short intervals, nothing cached. */
export const providerOf = (url) => new PlainPrices(url, undefined, { pollingInterval: 100, cacheTimeout: -1 });
