/** Files of tickets over real HTTP: accepted types, names, headers and rights. */
import { request } from "node:http";
import { deflateRawSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { getTicketOptions } from "@/lib/community/tickets/desk/contract";
import type { Answer, Json } from "../api";
import { aBot, aUser, type TestBot, type TestUser, theAdmin, unique } from "../factories";
import { theServer } from "../the-server";
import { type Part, uploaded as uploadedTo, upload as uploadTo } from "../ticket-files";
import { aTicket, on, T } from "../tickets";

let admin: TestUser;
let mod: TestUser;
let ada: TestUser;
let eve: TestUser;
let ticket: Json;
beforeAll(async () => {
  [admin, mod, ada, eve] = await Promise.all([theAdmin(), aUser("moderator"), aUser(), aUser()]);
  ticket = await aTicket(ada);
});

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

const upload = (who: TestUser | TestBot, part: Part, to = ticket) => uploadTo(who, part, to);
const uploaded = (who: TestUser | TestBot, part: Part, to = ticket) => uploadedTo(who, part, to);
const download = (who: TestUser | TestBot, id: string, query = {}, to = ticket): Promise<Answer> =>
  who.api.send(`GET ${T}/attachments/{attachment_id}`, { ...on(to, { attachment_id: id }), query });
const send = (who: TestUser | TestBot, body: Record<string, unknown>, to = ticket) =>
  who.api.send(`POST ${T}/messages`, { ...on(to), body: { content: "", ...body } });

/** A zip of one deflated file. */
function zip(name: string, content: string): Buffer {
  const data = deflateRawSync(content);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(data.length, 4);
  sizes.writeUInt32LE(content.length, 8);
  const local = Buffer.concat([
    Buffer.from("504b0304140000000800000000000000", "hex").subarray(0, 14),
    sizes,
    Buffer.from([name.length, 0, 0, 0]),
  ]);
  return Buffer.concat([local, Buffer.from(name), data, Buffer.from("504b0506", "hex"), Buffer.alloc(18)]);
}

describe("a file", () => {
  it("is uploaded, sent with a message, and read by both sides as what it is", async () => {
    const file = await uploaded(ada, { name: "screen shot.png", type: "text/html", content: PNG });
    expect(file).toMatchObject({ name: "screen shot.png", content_type: "image/png", size: PNG.length, inline: true });
    const sent = await send(ada, { attachments: [file.id] });
    expect(sent.json.message.attachments).toEqual([file]);
    expect((await mod.api.send(`GET ${T}`, on(ticket))).json.messages.at(-1).attachments).toEqual([file]);
    const answer = await download(mod, file.id);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(PNG.length),
      "content-disposition": `attachment; filename="screen_shot.png"; filename*=UTF-8''screen%20shot.png`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
    });
    expect((await download(ada, file.id, { inline: "true" })).headers.get("content-disposition")).toMatch(/^inline/);
    // It cannot be sent twice or deleted after it was sent.
    expect((await send(ada, { attachments: [file.id] })).status).toBe(400);
    await ada.api.refused(
      `DELETE ${T}/attachments/{attachment_id}`,
      "NOT_FOUND",
      on(ticket, { attachment_id: file.id }),
    );
  });

  it("arrives byte for byte, also sent without a form", async () => {
    const bytes = Buffer.concat([PNG, Buffer.alloc(300_000, "tail")]);
    const form = await uploaded(ada, { content: bytes });
    const raw = await fetch(`${theServer().url}/api/tickets/${ticket.ticket_id}/attachments?filename=raw.png`, {
      method: "POST",
      body: bytes,
      headers: { ...ada.api.headers, "content-type": "application/octet-stream" },
    });
    const ids = [form.id, ((await raw.json()) as Json).attachment.id];
    for (const id of ids) {
      const response = await fetch(`${theServer().url}/api/tickets/${ticket.ticket_id}/attachments/${id}`, {
        headers: ada.api.headers,
      });
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    }
  });

  it("that is not sent yet is visible only to its uploader, who may delete it", async () => {
    const file = await uploaded(ada, { content: "a draft" });
    expect((await download(ada, file.id)).text).toBe("a draft");
    expect((await download(mod, file.id)).status).toBe(404);
    expect((await send(mod, { attachments: [file.id] })).status).toBe(400);
    const params = on(ticket, { attachment_id: file.id });
    await mod.api.refused(`DELETE ${T}/attachments/{attachment_id}`, "NOT_FOUND", params);
    expect((await ada.api.send(`DELETE ${T}/attachments/{attachment_id}`, params)).status).toBe(200);
    expect((await download(ada, file.id)).status).toBe(404);
  });

  it("of another ticket can neither be read nor sent here", async () => {
    const other = await aTicket(eve);
    const file = await uploaded(eve, { content: "eve's" }, other);
    await send(eve, { attachments: [file.id] }, other);
    expect((await download(ada, file.id)).status).toBe(404);
    expect((await download(ada, file.id, {}, other)).status).toBe(403);
    expect((await upload(ada, { content: "x" }, other)).status).toBe(403);
    expect((await send(ada, { attachments: [file.id] })).status).toBe(400);
  });

  it("is deleted with its ticket", async () => {
    const short = await aTicket(await aUser());
    const file = await uploaded(mod, { content: "gone soon" }, short);
    await send(mod, { attachments: [file.id] }, short);
    await admin.api.send(`DELETE ${T}`, on(short));
    expect((await download(mod, file.id, {}, short)).status).toBe(404);
  });

  it("is sent by a bot for its user", async () => {
    const bot = await aBot(ada);
    const theirs = await aTicket(bot, { user_id: unique("out") });
    const file = await uploaded(bot, { name: "log.txt", content: "it broke" }, theirs);
    expect((await send(bot, { attachments: [file.id], user_id: "7" }, theirs)).status).toBe(200);
    expect((await download(mod, file.id, {}, theirs)).text).toBe("it broke");
    expect((await download(bot, file.id, {}, theirs)).status).toBe(200);
  });
});

describe("a hostile file", () => {
  it.each<[string, Part]>([
    ["a page", { name: "a.html", type: "text/html", content: "<!doctype html><script>alert(1)</script>" }],
    ["a page called an image", { name: "a.png", type: "image/png", content: "  \n<html><body onload=alert(1)>" }],
    ["a page after a byte order mark", { name: "a.txt", content: "\uFEFF<script>alert(1)</script>" }],
    [
      "a drawing with a script",
      { name: "a.svg", type: "image/svg+xml", content: '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>' },
    ],
    [
      "XML",
      {
        name: "a.xml",
        content: '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
      },
    ],
    ["a program for Windows", { name: "a.txt", content: Buffer.concat([Buffer.from("MZ"), Buffer.alloc(200)]) }],
    [
      "a program for Linux",
      { name: "a.pdf", content: Buffer.concat([Buffer.from("\x7fELF\x02\x01\x01"), Buffer.alloc(200)]) },
    ],
    ["bytes of no kind", { name: "a.txt", content: Buffer.from([1, 2, 3, 0xff, 0xfe, 0]) }],
    ["text in no encoding we know", { name: "a.txt", content: Buffer.from("caf\xe9", "latin1") }],
    ["nothing", { content: "" }],
  ])("%s is refused", async (_, part) => {
    const { status, json } = await upload(ada, part);
    expect([status, json.code, json.details?.field]).toEqual([400, "INVALID_INPUT", "file"]);
  });

  it("a page disguised as a zip, an image or a document is only ever downloaded", async () => {
    const page = "<html><script>alert(1)</script></html>";
    for (const [name, content, type] of [
      ["page.zip", zip("index.html", page), "application/zip"],
      ["image.html", Buffer.concat([PNG, Buffer.from(page)]), "image/png"],
      ["paper.html", Buffer.concat([PDF, Buffer.from(page)]), "application/pdf"],
      ["notes.html", `just text ${page}`, "text/plain"],
    ] as const) {
      const file = await uploaded(ada, { name, type: "text/html", content });
      expect(file.content_type).toBe(type);
      expect(file.name).not.toMatch(/\.html$/);
      const { headers } = await download(ada, file.id, { inline: type === "image/png" ? "false" : "true" });
      expect(headers.get("content-type")).toBe(type);
      expect(headers.get("content-disposition")).toMatch(/^attachment/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("sandbox");
    }
  });

  it.each([
    ["../../../etc/passwd", "passwd.txt"],
    ["..\\..\\boot.ini", "boot.ini"],
    ["a\u0000b.txt", "a_b.txt"],
    ['x".txt', "x_.txt"],
    ["photo\u202Egnp.exe", "photo_gnp.exe.txt"],
    ["....", "file.txt"],
    ["run.bat", "run.bat.txt"],
    ["x".repeat(200), `${"x".repeat(100)}.txt`],
    ["Übergröße 😀.log", "Übergröße 😀.log"],
    ["a; filename=b.html", "a; filename=b.html.txt"],
  ])("%j is called %j", async (given, expected) => {
    const body = "text";
    const { json } = await ada.api.send(`POST ${T}/attachments`, {
      ...on(ticket),
      query: { filename: given },
      body,
      headers: { "content-type": "text/plain" },
    });
    expect(json.attachment.name).toBe(expected);
    const { headers, status } = await download(ada, json.attachment.id);
    expect([status, headers.get("content-type")]).toEqual([200, "text/plain"]);
    expect(headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+"; filename\*=UTF-8''[^\s;"]+$/);
    await ada.api.send(`DELETE ${T}/attachments/{attachment_id}`, on(ticket, { attachment_id: json.attachment.id }));
  });
});

describe("limits", () => {
  it("a file over the limit is 413, with or without a length, and the client gets the answer", async () => {
    const { attachments } = await ada.api.call(getTicketOptions);
    const big = Buffer.alloc(attachments.max_bytes + 1, "x");
    expect((await upload(ada, { content: big })).status).toBe(413);
    const chunked = await new Promise<number>((resolve, reject) => {
      const one = request(`${theServer().url}/api/tickets/${ticket.ticket_id}/attachments`, {
        method: "POST",
        headers: { ...ada.api.headers, "content-type": "application/octet-stream" },
      });
      one.on("response", (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      one.on("error", reject);
      for (let at = 0; at < 12; at++) one.write(Buffer.alloc(1_048_576, "y"));
      one.end();
    });
    expect(chunked).toBe(413);
    const fits = await uploaded(ada, { content: Buffer.alloc(attachments.max_bytes, "z") });
    expect(fits.size).toBe(attachments.max_bytes);
    await ada.api.send(`DELETE ${T}/attachments/{attachment_id}`, on(ticket, { attachment_id: fits.id }));
  });

  it.each([
    ["no boundary", "multipart/form-data", "x"],
    [
      "no file in the form",
      "multipart/form-data; boundary=b",
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
    ],
    [
      "a form cut off",
      "multipart/form-data; boundary=b",
      '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nhalf',
    ],
    ["an empty form", "multipart/form-data; boundary=b", ""],
    ["no form at all", "multipart/form-data; boundary=b", "nothing of the kind"],
  ])("%s is 400", async (_, type, body) => {
    const headers = { "content-type": type };
    await ada.api.refused(`POST ${T}/attachments`, "INVALID_INPUT", { ...on(ticket), body, headers });
  });

  it("at most ten files a message and a hundred a ticket, and none after closing", async () => {
    const bot = await aBot(ada);
    const full = await aTicket(bot, { user_id: "1" });
    const ids: string[] = [];
    for (let at = 0; at < 100; at++) ids.push((await uploaded(bot, { content: `file ${at}` }, full)).id);
    expect((await upload(bot, { content: "one more" }, full)).status).toBe(409);
    expect((await send(bot, { attachments: ids.slice(0, 11) }, full)).status).toBe(400);
    expect((await send(bot, { attachments: ids.slice(0, 10) }, full)).json.message.attachments).toHaveLength(10);
    // If one file no longer exists, none is attached.
    expect((await send(bot, { attachments: [ids[10], "file_gone"] }, full)).status).toBe(400);
    expect((await send(bot, { attachments: [ids[10]] }, full)).status).toBe(200);
    await mod.api.send(`POST ${T}/close`, on(full));
    expect((await upload(mod, { content: "late" }, full)).status).toBe(409);
  });
});
