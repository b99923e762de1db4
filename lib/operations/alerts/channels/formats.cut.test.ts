import { expect, it } from "vitest";
import type { Alert } from "@/lib/operations/alerts/contract";
import { mailOf, type Note, written } from "./formats";

const noteOf = (message: string): Note => ({
  id: "msg_1",
  event: "raised",
  at: 0,
  url: "https://muster.example/dashboard/alerts?alert=1",
  alert: {
    severity: "high",
    state: "firing",
    source: "rule",
    source_name: message,
    message,
    members: 1,
    open_members: 1,
    count: 1,
  } as Alert,
});

const address = {
  url: "https://example.com/hook",
  secret: "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=",
  bot_token: "1:a",
  chat_id: "1",
};

it("writes no alert with half a character in it, wherever the limit falls", () => {
  for (let lead = 0; lead < 12; lead++) {
    const note = noteOf(`${"x".repeat(lead)}${"👨‍👩‍👧‍👦".repeat(600)}`);
    for (const kind of ["webhook", "discord", "slack", "telegram"] as const) {
      const { body } = written(kind, address, note, "https://api.telegram.org");
      // Escapes of lone surrogates are all that JSON.stringify escapes in this range.
      expect(body, kind).not.toMatch(/\\ud[89a-f]/i);
      expect(body, kind).not.toMatch(/\u200d["…]/);
    }
    const { subject, text } = mailOf(note);
    expect(subject.isWellFormed() && text.isWellFormed()).toBe(true);
    expect(subject.length).toBeLessThanOrEqual(200);
  }
});

it("cuts text for Slack before it is escaped, so that no entity is halved", () => {
  const { body } = written("slack", address, noteOf("&".repeat(3000)), "");
  expect(JSON.parse(body).text.replaceAll("&amp;", "")).not.toContain("&");
});
