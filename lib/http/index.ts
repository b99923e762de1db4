/** The HTTP room's door: what route files, server.ts and the sockets use. */
export { browserOf, clientOf, readCookie, SESSION_COOKIE, sessionCookie, signInCookies } from "./cookies";
export { bearer, bearerActor, refuseForeignSignIn, refuseOtherPerson, sameSite, stillValid } from "./identity";
export { type Incoming, idempotencyKey, isPage, peer } from "./incoming";
export { instanceOf, partOf } from "./instance";
export { parseJson, rangeRefusal } from "./json";
export { countGuess, take } from "./rate-limit";
export { Custom, redirectTo, withCookies } from "./reply";
export { check, route } from "./route";
export { refuseUpgrade } from "./upgrades";
export { receiveUpload } from "./upload";
