import { describe, expect, it } from "vitest";
import { framesIn, Gathered } from "../src/lib/codes";

describe("frames of a message", () => {
  it("are found in a text, whatever stands around them", () => {
    expect(framesIn("UR:ETH-SIGNATURE/1-2/LPADAO\r\n\r\nur:eth-signature/2-2/lpaoao  \nhello")).toEqual([
      "ur:eth-signature/1-2/lpadao",
      "ur:eth-signature/2-2/lpaoao",
    ]);
    expect(framesIn("no frame, only curious words: your ur:")).toEqual(["ur:"]);
    expect(framesIn("0x9858EfFD232B4033E47d90003D41EC34EcaEda94")).toEqual([]);
    expect(framesIn("")).toEqual([]);
  });

  it("are gathered bit by bit, each once, in whatever case a code has them", () => {
    const gathered = new Gathered();
    expect(gathered.with(["ur:a/1-2/x", "UR:A/1-2/X"])).toBe("ur:a/1-2/x");
    expect(gathered.size).toBe(0);
    gathered.keep(["UR:A/1-2/X"]);
    gathered.keep(["ur:a/1-2/x"]);
    expect(gathered.size).toBe(1);
    // What is only tried is not kept: it may be of another message.
    expect(gathered.with(["ur:b/1-2/y"])).toBe("ur:a/1-2/x\nur:b/1-2/y");
    expect(gathered.with(["ur:a/2-2/z"])).toBe("ur:a/1-2/x\nur:a/2-2/z");
    gathered.clear();
    expect(gathered.with(["ur:b/1-2/y"])).toBe("ur:b/1-2/y");
  });
});
