/** Times as people of the language write them, in the computer's time zone. */
import { language } from "./i18n.svelte";

const at = (seconds: number): Date => new Date(seconds * 1000);

const sameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();

/** The time of day for today, else the date. */
export function briefTime(seconds: number, now = new Date()): string {
  const date = at(seconds);
  const options: Intl.DateTimeFormatOptions = sameDay(date, now)
    ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
    : date.getFullYear() === now.getFullYear()
      ? { month: "short", day: "numeric" }
      : { year: "numeric", month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(language(), options).format(date);
}

/** Date and time to the second. */
export function fullTime(seconds: number): string {
  return new Intl.DateTimeFormat(language(), {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(at(seconds));
}

/** The Unix second at which the day `days` ago began here. */
export function dayStart(days: number, now = new Date()): number {
  return Math.floor(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).getTime() / 1000);
}
