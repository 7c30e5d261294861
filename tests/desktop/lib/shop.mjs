// A shop that asks for money: an address, and requests as `jiaozi:` links.
import { createHash } from "node:crypto";

/** A published example address (EIP-55), whose key nobody in these tests has. */
export const SHOP = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
/** The sandbox's chain, and the sandbox yuan on it. */
export const CHAIN = 10_231_023;
export const YUAN = "0xC870E343Ad128e8bf8E607c6a9db95b82Eb1cC03";

const escaped = (text) =>
  [...new TextEncoder().encode(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[0-9A-Za-z]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");

/** The shop's request for an amount of yuan; its address stands with its network (CAIP-10). */
export function requestFor({ fen, reference, name, to = `eip155:${CHAIN}:${SHOP}` }) {
  let link = `jiaozi:pay?to=${to}&atoms=${fen}&ref=${escaped(reference)}`;
  if (name) link += `&name=${escaped(name)}`;
  return `${link}&check=${createHash("sha256").update(link).digest("hex").slice(0, 8)}`;
}
