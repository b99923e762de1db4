/** The HTTP room's door: what route files, server.ts and the sockets use. */
export { readCookie, SESSION_COOKIE, sessionCookie } from "./cookies";
export { bearer, bearerActor, sameSite } from "./identity";
export { peer } from "./incoming";
export { take } from "./rate-limit";
export { Custom, withCookies } from "./reply";
export { check, route } from "./route";
