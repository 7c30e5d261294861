/** Reads sound as the wallet makes it (WAV, 16 bits, uncompressed), without a decoder of the desktop's. */

/** Sound. */
export interface Sound {
  /** Samples a second. */
  rate: number;
  /** One list of samples from -1 to 1 a channel. */
  channels: Float32Array<ArrayBuffer>[];
}

const name = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));

/** The sound in WAV bytes; none when they are not what the wallet makes. */
export function readWav(bytes: ArrayBuffer): Sound | null {
  const view = new DataView(bytes);
  if (bytes.byteLength < 12 || name(view, 0) !== "RIFF" || name(view, 8) !== "WAVE") return null;
  let form: { channels: number; rate: number } | null = null;
  for (let at = 12; at + 8 <= bytes.byteLength;) {
    const kind = name(view, at);
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (body + length > bytes.byteLength) return null;
    if (kind === "fmt " && length >= 16) {
      const [coding, bits] = [view.getUint16(body, true), view.getUint16(body + 14, true)];
      form = { channels: view.getUint16(body + 2, true), rate: view.getUint32(body + 4, true) };
      if (coding !== 1 || bits !== 16 || form.channels < 1 || form.channels > 2 || form.rate < 8000)
        return null;
    }
    if (kind === "data" && form) return samples(view, body, length, form);
    at = body + length + (length % 2);
  }
  return null;
}

function samples(
  view: DataView,
  at: number,
  length: number,
  { channels, rate }: { channels: number; rate: number },
): Sound {
  const frames = Math.floor(length / (2 * channels));
  const lists = Array.from({ length: channels }, () => new Float32Array(frames));
  for (let frame = 0; frame < frames; frame++)
    lists.forEach((list, channel) => {
      list[frame] = view.getInt16(at + 2 * (frame * channels + channel), true) / 32_768;
    });
  return { rate, channels: lists };
}
