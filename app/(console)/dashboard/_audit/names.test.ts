import { expect, it } from "vitest";
import { actionName, callerName, targetName } from "./names";

it.each([
  ["login", "Login"],
  ["updateUser", "Update user"],
  ["createApiKey", "Create API key"],
  ["finishSsoSignIn", "Finish SSO sign in"],
])("the operation %s reads %j", (action, name) => {
  expect(actionName(action)).toBe(name);
});

it("callers and targets have a name where the record holds one, and their id or kind otherwise", () => {
  const by = { kind: "person", id: "7", name: "ada", key_id: null } as const;
  expect(callerName(by)).toBe("ada");
  expect(callerName({ ...by, kind: "bot", id: "bot_1", name: null })).toBe("bot_1");
  expect(callerName({ ...by, kind: "anonymous", id: null, name: null })).toBe("Not signed in");
  expect(targetName({ target: { type: "api_key", id: "key_1", name: null } } as never)).toBe("API key key_1");
  expect(targetName({ target: null } as never)).toBeNull();
});
