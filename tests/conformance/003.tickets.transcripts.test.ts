/** Transcripts of tickets over real HTTP. */
import { describe, expect, it } from "vitest";
import type { Json } from "../api";
import { aUser, type TestUser } from "../factories";
import { uploaded } from "../ticket-files";
import { aTicket, on, T } from "../tickets";

const send = (who: TestUser, body: Record<string, unknown>, to: Json) =>
  who.api.send(`POST ${T}/messages`, { ...on(to), body: { content: "", ...body } });

describe("a transcript", () => {
  it("is a page without scripts or plain text, and staff may leave out notes", async () => {
    const [mod, someone] = [await aUser("moderator"), await aUser()];
    const whole = await aTicket(someone, { subject: "<script>alert('s')</script>" });
    await someone.api.send(`POST ${T}/send`, {
      ...on(whole),
      body: { message: `"><img src=x onerror=alert(1)>&\nnext \u001b[31mline` },
    });
    await send(mod, { content: "a quiet remark", is_note: true }, whole);
    const file = await uploaded(someone, { name: "why.txt", content: "why" }, whole);
    await send(someone, { attachments: [file.id] }, whole);
    const get = (who: TestUser, query: Record<string, string>) =>
      who.api.send(`GET ${T}/transcript`, { ...on(whole), query });
    const html = await get(someone, {});
    expect(html.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(html.headers.get("content-disposition")).toBe(
      `attachment; filename="ticket-${whole.ticket_num}.html"; filename*=UTF-8''ticket-${whole.ticket_num}.html`,
    );
    expect(html.headers.get("content-security-policy")).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    expect(html.text).not.toMatch(/<script|<img|<a |<link|http/);
    expect(html.text).toContain("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;");
    expect(html.text).toContain("why.txt");
    const txt = await get(someone, { format: "txt" });
    expect(txt.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(txt.text).toContain("next \uFFFD[31mline");
    expect([html.text, txt.text].some((text) => text.includes("quiet remark"))).toBe(false);
    expect((await get(mod, { format: "txt" })).text).toContain("(private note):\n  a quiet remark");
    expect((await get(mod, { format: "txt", notes: "false" })).text).not.toContain("quiet remark");
    await mod.api.refused(`GET ${T}/transcript`, "INVALID_INPUT", { ...on(whole), query: { format: "pdf" } });
  });
});
