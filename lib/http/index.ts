/** The HTTP room's door: what route files and server.ts use. */
export { SESSION_SECONDS, sessionCookie } from "./cookies";
export { Custom, withCookies } from "./reply";
export { route } from "./route";
