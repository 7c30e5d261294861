/** Catches what scanners type, wherever the focus is, and puts back what their keys did to the page. */
import { Burst, Trail } from "./scanner";

/** Who is told. */
export interface Ears {
  /** Whether scanners are listened to just now. */
  active: () => boolean;
  /** A code may begin: gives what puts the page back, beside the field that has the focus. */
  mark: () => () => void;
  /** The barcodes of the shop's own goods: they are known however slowly they come. */
  barcodes: () => readonly string[];
  /** A scanner typed this. */
  scanned: (text: string) => void;
}

type Field = HTMLInputElement | HTMLTextAreaElement;

const isField = (element: Element | null): element is Field =>
  element instanceof HTMLTextAreaElement ||
  (element instanceof HTMLInputElement && !["radio", "checkbox", "range"].includes(element.type));

/** What puts the field with the focus back to what it says now. */
function markField(): () => void {
  const field = document.activeElement;
  if (!isField(field)) return () => undefined;
  const { value } = field;
  return () => {
    if (field.value === value) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
}

/** Links of payments are no longer. */
const LONGEST = 1024;

/** Listens until what it gives is called. */
export function listenForScanners(ears: Ears): () => void {
  const [burst, trail] = [new Burst(), new Trail()];
  /** What puts the page back to before each of the last characters, the newest last. */
  let marks: (() => void)[] = [];
  const mark = () => {
    const back = [markField(), ears.mark()];
    return () => {
      for (const one of back) one();
    };
  };
  // In the capture phase: before any field or button has the key.
  const onkeydown = (event: KeyboardEvent) => {
    if (event.isComposing || !ears.active()) return;
    const held = event.ctrlKey || event.altKey || event.metaKey;
    const stroke = { key: event.key, at: event.timeStamp, held };
    const heard = burst.hear(stroke);
    trail.hear(stroke);
    if (heard.kind === "begins" || heard.kind === "goes_on") marks = [...marks, mark()].slice(-LONGEST);
    if (event.key !== "Enter") return;
    const slow = trail.end(event.timeStamp, ears.barcodes());
    const code = heard.kind === "scanned" ? heard.text : slow;
    const back = marks.at(-Math.min(code?.length ?? 1, LONGEST));
    marks = [];
    if (code === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    back?.();
    ears.scanned(code);
  };
  window.addEventListener("keydown", onkeydown, { capture: true });
  return () => window.removeEventListener("keydown", onkeydown, { capture: true });
}
