// Stands between the shop's till and its node: the node can be gone, and the ledger can be shown
// as it is after a reorganisation, in which a transaction is in no block any more.
import { createServer } from 'node:http';
import { call } from '../../nodes/lib/rpc.mjs';

/** Another hash, as every block from the fork on has one. */
const other = (hash) => `0x${'f0'.repeat(4)}${hash.slice(10)}`;

export class Proxy {
  static async open(node) {
    const proxy = Object.assign(new Proxy(), { node, gone: false, fork: undefined, refused: 0 });
    proxy.server = createServer((request, response) => {
      let body = '';
      request.on('data', (data) => (body += data));
      request.on('end', () => proxy.#answer(body, request, response));
      request.on('error', () => undefined);
    });
    await new Promise((done) => proxy.server.listen(0, '127.0.0.1', done));
    proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  async #answer(body, request, response) {
    if (this.gone) {
      this.refused += 1;
      request.socket.destroy();
      return;
    }
    try {
      const answer = await fetch(this.node, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const text = await answer.text();
      const shown = this.fork ? this.#forked(JSON.parse(body), JSON.parse(text)) : text;
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(shown) };
      response.writeHead(answer.status, headers).end(shown);
    } catch {
      request.socket.destroy();
    }
  }

  #forked(asked, told) {
    const all = [told].flat();
    for (const [index, { method }] of [asked].flat().entries()) {
      const answer = all[index];
      const result = answer?.result;
      if (!result) continue;
      if (method === 'eth_getLogs') answer.result = result.filter((log) => log.transactionHash !== this.fork.hidden);
      if (method === 'eth_getTransactionReceipt' && result.transactionHash === this.fork.hidden) answer.result = null;
      for (const one of [answer.result].flat()) {
        const number = one?.number ?? one?.blockNumber;
        if (!number || BigInt(number) < this.fork.block) continue;
        for (const name of ['blockHash', ...(one.number ? ['hash'] : [])]) if (one[name]) one[name] = other(one[name]);
      }
    }
    return JSON.stringify(told);
  }

  /** From the block of this transaction on the ledger is another one, without it. */
  async reorganise(transaction) {
    const { blockNumber } = await call(this.node, 'eth_getTransactionReceipt', [transaction]);
    this.fork = { block: BigInt(blockNumber), hidden: transaction };
  }

  /** And back: the transaction is in its block again. */
  restore() {
    this.fork = undefined;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
