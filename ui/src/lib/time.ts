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

/** Seconds as a clock that runs down: `4:05`, `1:02:00`. */
export function clockOf(seconds: number): string {
  const part = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${part(minutes)}:${part(seconds % 60)}` : `${minutes}:${part(seconds % 60)}`;
}

/** The day `days` ago here, as in `2026-11-28`. */
export function dayName(days: number, now = new Date()): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  const part = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${part(day.getMonth() + 1)}-${part(day.getDate())}`;
}
