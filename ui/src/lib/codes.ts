/**
 * Frames of a message that comes as several QR codes: gathered from pictures,
 * files and text, in any order. The wallet's core puts them together.
 */

/** The frames in a text: its lines that begin with `ur:`. */
export function framesIn(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((part) => /^ur:/i.test(part))
    .map((part) => part.toLowerCase());
}

/** Frames that were brought so far, each once. */
export class Gathered {
  private frames = new Set<string>();

  get size(): number {
    return this.frames.size;
  }

  /** These and what was there, as the core reads them; what is there does not change. */
  with(frames: string[]): string {
    return [...new Set([...this.frames, ...frames.map((frame) => frame.toLowerCase())])].join("\n");
  }

  /** Keeps them: they are parts of one message that is not whole yet. */
  keep(frames: string[]): void {
    for (const frame of frames) this.frames.add(frame.toLowerCase());
  }

  clear(): void {
    this.frames.clear();
  }
}
