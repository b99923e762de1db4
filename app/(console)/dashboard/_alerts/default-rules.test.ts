import { expect, it } from "vitest";
import { sentenceOf } from "@/lib/operations/alerts/queries";
import { RuleInput } from "@/lib/operations/alerts/rules/contract";
import { defaultRules } from "./default-rules";

it("offers rules that the server accepts: of every bot to admins, of their own bots to others", () => {
  expect(defaultRules("admin").map((rule) => sentenceOf(RuleInput.parse(rule)))).toEqual([
    "When any bot is offline for 5 min, raise a high alert.",
    "When any bot logs 20 errors or more within 5 min, raise a medium alert.",
    "When a command for any bot has waited 10 min, raise a medium alert.",
  ]);
  expect(defaultRules("user").map((rule) => RuleInput.parse(rule).scope)).toEqual(["own", "own", "own"]);
});
