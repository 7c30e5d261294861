// EIP-3009 authorizations signed per second by ethers, one after another.
import { Wallet, toBeHex } from 'ethers';

const runs = 7;
const each = 300;
const wallet = Wallet.fromPhrase('test test test test test test test test test test test junk');
const domain = {
  name: 'Sandbox Yuan',
  version: '1',
  chainId: 10231023,
  verifyingContract: '0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03',
};
const types = {
  TransferWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
};

async function sign(number) {
  await wallet.signTypedData(domain, types, {
    from: wallet.address,
    to: domain.verifyingContract,
    value: number,
    validAfter: 0,
    validBefore: 2000000000,
    nonce: toBeHex(number, 32),
  });
}

const figures = [];
for (let warm = 0; warm < each; warm++) await sign(warm);
for (let run = 0; run < runs; run++) {
  const start = process.hrtime.bigint();
  for (let number = 0; number < each; number++) await sign(number);
  figures.push(Number((BigInt(each) * 1000000000n) / (process.hrtime.bigint() - start)));
}
console.log(`ethers [${figures.join(', ')}]`);
