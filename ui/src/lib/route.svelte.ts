/** Which page is shown, and the way back. */

/** A page and what it is about. */
export type Route =
  | { page: "home" }
  | { page: "pay"; text?: string; scan?: boolean }
  | { page: "receive" }
  | { page: "receipt"; id: string }
  | { page: "activity" }
  | { page: "contacts" }
  | { page: "till" }
  | { page: "till_charges" }
  | { page: "till_charge"; id: string }
  | { page: "till_reports" }
  | { page: "till_settings" }
  | { page: "settings"; section?: SettingsSection };

/** A part of the settings. */
export type SettingsSection = "general" | "security" | "networks" | "about";

const RAIL: ReadonlySet<Route["page"]> = new Set<Route["page"]>([
  "home",
  "activity",
  "contacts",
  "till",
  "settings",
]);

class Router {
  private stack = $state.raw<Route[]>([{ page: "home" }]);
  /** Counts up with each step, so that a page of the same name starts afresh. */
  step = $state(0);

  /** The page that is shown. */
  get current(): Route {
    return this.stack.at(-1) ?? { page: "home" };
  }

  /** The page of the rail from which the present one was reached. */
  get rootPage(): Route["page"] {
    return this.stack.findLast(({ page }) => RAIL.has(page))?.page ?? "home";
  }

  /** Whether there is a page to go back to. */
  get canGoBack(): boolean {
    return this.stack.length > 1;
  }

  /** Whether the page is the till or one of its own. */
  get atTill(): boolean {
    return this.current.page.startsWith("till");
  }

  /** Opens a page on top of the present one. */
  open(route: Route): void {
    this.stack = [...this.stack.slice(-20), route];
    this.step += 1;
  }

  /** Opens a page in the place of the present one. */
  replace(route: Route): void {
    this.stack = [...this.stack.slice(0, -1), route];
    this.step += 1;
  }

  /** Changes what the present page shows, without beginning it anew. */
  show(route: Route): void {
    this.stack = [...this.stack.slice(0, -1), route];
  }

  /** Opens a page with nothing behind it but Home. */
  root(route: Route): void {
    this.stack = route.page === "home" ? [route] : [{ page: "home" }, route];
    this.step += 1;
  }

  /** Goes one page back. */
  back(): void {
    if (!this.canGoBack) return;
    this.stack = this.stack.slice(0, -1);
    this.step += 1;
  }
}

export const router = new Router();
