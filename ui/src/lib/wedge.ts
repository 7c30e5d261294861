/** Catches what scanners type, wherever the focus is, and puts back what their keys did to the page. */
import { Burst } from "./scanner";

/** Who is told. */
export interface Ears {
  /** Whether scanners are listened to just now. */
  active: () => boolean;
  /** A burst may begin: gives what puts the page back, beside the field that has the focus. */
  mark: () => () => void;
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

/** Listens until what it gives is called. */
export function listenForScanners(ears: Ears): () => void {
  const burst = new Burst();
  let undo: (() => void)[] = [];
  // In the capture phase: before any field or button has the key.
  const onkeydown = (event: KeyboardEvent) => {
    if (event.isComposing || !ears.active()) return;
    const held = event.ctrlKey || event.altKey || event.metaKey;
    const heard = burst.hear({ key: event.key, at: event.timeStamp, held });
    if (heard.kind === "begins") undo = [markField(), ears.mark()];
    if (heard.kind !== "scanned") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const back of undo) back();
    undo = [];
    ears.scanned(heard.text);
  };
  window.addEventListener("keydown", onkeydown, { capture: true });
  return () => window.removeEventListener("keydown", onkeydown, { capture: true });
}
