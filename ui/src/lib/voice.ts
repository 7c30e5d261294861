/** Says aloud what the wallet made as sound, one after the other. */
import type { Language } from "../bindings/Language";
import * as ipc from "./ipc";
import { readWav } from "./wav";

let context: AudioContext | null = null;
let turn: Promise<void> = Promise.resolve();

/** Loudest, in hundredths. */
const LOUDEST = 100;

async function play(bytes: ArrayBuffer, volume: number): Promise<void> {
  const sound = readWav(bytes);
  if (!sound || sound.channels[0]?.length === 0) throw new Error("not a sound of the wallet's");
  context ??= new AudioContext();
  if (context.state === "suspended") await context.resume();
  const buffer = context.createBuffer(sound.channels.length, sound.channels[0]?.length ?? 0, sound.rate);
  sound.channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
  const source = context.createBufferSource();
  const loudness = context.createGain();
  loudness.gain.value = Math.min(Math.max(volume, 0), LOUDEST) / LOUDEST;
  source.buffer = buffer;
  source.connect(loudness).connect(context.destination);
  await new Promise<void>((done) => {
    source.onended = () => done();
    source.start();
    // A desktop without sound ends nothing.
    setTimeout(done, buffer.duration * 1000 + 500);
  });
}

/** Says what a charge received. Two at once are said one after the other. */
export function sayCharge(id: string, volume: number): Promise<void> {
  const said = turn.then(async () => play(await ipc.chargeVoice(id), volume));
  turn = said.catch(() => undefined);
  return said;
}

/** Says the sample sentence. */
export function tryVoice(volume: number, language: Language): Promise<void> {
  const said = turn.then(async () => play(await ipc.voiceTest(language), volume));
  turn = said.catch(() => undefined);
  return said;
}
