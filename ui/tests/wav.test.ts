import { describe, expect, it } from "vitest";
import { readWav } from "../src/lib/wav";

/** WAV bytes of some samples, with a chunk before them that nobody knows. */
function wav(samples: number[], { channels = 1, rate = 16_000, bits = 16, coding = 1 } = {}): ArrayBuffer {
  const bytes = new ArrayBuffer(12 + 24 + 12 + 8 + samples.length * 2);
  const view = new DataView(bytes);
  const put = (at: number, text: string) =>
    [...text].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  put(0, "RIFF");
  view.setUint32(4, bytes.byteLength - 8, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, coding, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint16(34, bits, true);
  put(36, "LIST");
  view.setUint32(40, 3, true);
  put(48, "data");
  view.setUint32(52, samples.length * 2, true);
  samples.forEach((sample, i) => view.setInt16(56 + i * 2, sample, true));
  return bytes;
}

describe("sound of the wallet", () => {
  it("is read to the sample", () => {
    expect(readWav(wav([0, 16_384, -32_768]))).toEqual({
      rate: 16_000,
      channels: [new Float32Array([0, 0.5, -1])],
    });
    expect(readWav(wav([16_384, 0, -16_384, 8192], { channels: 2 }))?.channels).toEqual([
      new Float32Array([0.5, -0.5]),
      new Float32Array([0, 0.25]),
    ]);
  });

  it("of another kind, cut short or garbage is refused", () => {
    expect(readWav(wav([1], { coding: 3 }))).toBeNull();
    expect(readWav(wav([1], { bits: 8 }))).toBeNull();
    expect(readWav(wav([1, 2, 3]).slice(0, -2))).toBeNull();
    expect(readWav(new ArrayBuffer(0))).toBeNull();
    expect(readWav(new TextEncoder().encode("RIFF....WAVE").buffer as ArrayBuffer)).toBeNull();
  });
});
