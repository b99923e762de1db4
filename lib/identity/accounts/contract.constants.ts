/** Accounts on one page of the list of users. */
export const USER_PAGE = 100;

/** The operations that somebody needs to add a factor, to see whose account it is, and to leave. */
export const SETTING_UP: ReadonlySet<string> = new Set([
  ...["getMe", "getCurrentMember", "verifyToken", "verifyTokenByPost", "getConsole", "refreshToken", "logout"],
  ...["getSecondFactor", "startSecondFactor", "confirmSecondFactor", "createRecoveryCodes", "replaceRecoveryCodes"],
  ...["listPasskeys", "startPasskey", "addPasskey", "startStepUp", "stepUp"],
  ...["getDiscordLink", "changePassword", "listSessions", "revokeSession", "endSessions"],
]);
