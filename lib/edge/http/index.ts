/** The HTTP room's door: what route files, server.ts and the sockets use. */

export type { AdapterOf, Asked } from "./adapter";
export { placedOperations, withinOperation } from "./areas";
export { hostOf, type Incoming, idempotencyKey, isPage, peer } from "./body/incoming";
export { parseJson, rangeRefusal } from "./body/json";
export { readSigned } from "./body/signed";
export { receiveUpload } from "./body/upload";
export {
  browserOf,
  clientOf,
  joinCookie,
  joinOf,
  providerCookies,
  readCookie,
  SESSION_COOKIE,
  sessionCookie,
  signInCookies,
  ticketCookie,
  ticketOf,
  visitOf,
} from "./cookies";
export { attachmentNamed, dispositionOf } from "./disposition";
export {
  bearer,
  bearerActor,
  bearerText,
  type Credentials,
  localRefusal,
  refuseForeignSignIn,
  refuseOtherPerson,
  sameSite,
  stillValid,
} from "./identity";
export { partOf, recordProgram } from "./instance";
export { countGuess, countRequest } from "./rate-limit";
export { Custom, redirectTo, withCookies } from "./reply";
export { route } from "./route";
export { PLAIN_POLICY, SAFE_HEADERS } from "./safe-headers";
export { refuseUpgrade } from "./upgrades";
export { check } from "./validate";
