/** A stand-in for the rooms that lib/app.ts builds. */
import type { App } from "@/lib/app";

/** Returns an app of these rooms alone; a test that reaches for another one fails by itself. */
export const fakeApp = (rooms: { [Room in keyof App]?: Partial<App[Room]> }): App => rooms as App;
