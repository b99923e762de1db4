import type { Page } from "@playwright/test";

/**
 * Gives the page an authenticator of its own, as on a new device. It answers at once, also what the sign-in page offers by
 * autofill, so that this is available only once local storage has `autofill`.
 */
export async function addAuthenticator(page: Page): Promise<void> {
  await page.addInitScript(() => {
    if (localStorage.getItem("autofill") === null)
      Object.assign(PublicKeyCredential, { isConditionalMediationAvailable: undefined });
  });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
}
