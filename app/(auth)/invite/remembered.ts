/**
 * Remembers an invitation while its tab is at a sign-in provider. The token stays in this browser, because a provider reads the
 * address that people return to.
 */
const KEY = "invitation";

export const rememberInvitation = (token: string): void => sessionStorage.setItem(KEY, token);

/** Returns the token of the invitation that this tab left for a provider; undefined without one. */
export const rememberedInvitation = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;
