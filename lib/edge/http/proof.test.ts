/** The operations that need a fresh proof. Their rules are tested in lib/identity/accounts/step-up. */
import { expect, it } from "vitest";
import { SETTING_UP } from "@/lib/identity/accounts/contract.constants";
import { openApi } from "./openapi";

it("what a stolen session must not do needs a fresh proof, and says so in the API document", async () => {
  const { paths } = await openApi();
  const declared = Object.values(paths).flatMap((operations) =>
    Object.values(operations).flatMap((one) => (one["x-proof"] ? [[one.operationId, one["x-proof"]]] : [])),
  );
  expect(Object.fromEntries(declared)).toEqual({
    ...{ createApiKey: "fresh", rotateApiKey: "fresh" },
    ...{ getBotToken: "fresh", regenerateBotToken: "fresh" },
    ...{ updateUser: "fresh", resetSecondFactor: "fresh", startDiscordLink: "fresh", startSsoLink: "fresh" },
    ...{ removeDiscordLink: "fresh", removeSsoLink: "fresh" },
    ...{ addTeamMember: "fresh", changeTeamMember: "fresh", removeTeamMember: "fresh" },
    ...{ createIncomingWebhook: "fresh", rotateIncomingWebhook: "fresh" },
    ...{ createTeamKey: "session", rotateTeamKey: "session" },
    ...{ transferTeam: "fresh", deleteTeam: "fresh", transferBot: "fresh" },
    ...{ createBotGrant: "fresh", changeBotGrant: "fresh", endBotGrant: "fresh" },
    ...{ createTagGrant: "fresh", changeTagGrant: "fresh", endTagGrant: "fresh" },
    ...{
      createUser: "fresh",
      createResetLink: "fresh",
      createInvitation: "fresh",
      createTeamInvitation: "fresh",
      deleteUser: "fresh",
    },
    ...{ startPasskey: "session", removePasskey: "session", createRecoveryCodes: "session" },
    ...{ startEmailChange: "session" },
    ...{ downloadBackup: "fresh", restoreBackup: "fresh", togglePlugin: "fresh" },
    ...{ loadCog: "fresh", loadNamedCog: "fresh" },
    ...{ putSecurityConfig: "fresh", putAuditStream: "fresh", deleteAuditStream: "fresh" },
  });
});

it("what the policy of second factors leaves open are operations of this server", async () => {
  const { paths } = await openApi();
  const served = new Set(
    Object.values(paths).flatMap((operations) => Object.values(operations).map((one) => one.operationId)),
  );
  expect([...SETTING_UP].filter((id) => !served.has(id))).toEqual([]);
});
