/** Changes of the configuration: PATCH, versions, history, undo, and who hears of them. */
import { describe, expect, it } from "vitest";
import {
  BOT_SECTIONS,
  getBotConfig,
  getConfig,
  patchConfig,
  SECTIONS,
  type SectionName,
} from "@/lib/core/settings/contract";
import { admin, get, put } from "../config";
import { aBot, aUser } from "../factories";
import { connected } from "../sockets";

describe("PATCH /api/config", () => {
  it("accepts document 002's example as written", async () => {
    const body = { maxConcurrentDownloads: 10, autoDeleteDuration: 120 };
    const answer = await admin.api.send("PATCH /api/config", { body });
    expect([answer.status, answer.json]).toEqual([
      200,
      { ...patchConfig.example.response, version: expect.any(Number) },
    ]);
    expect(await admin.api.call(getConfig)).toMatchObject(body);
  });

  it("changes one switch and leaves the others", async () => {
    await admin.api.send("PATCH /api/config", {
      body: { enabledPhases: { phase2: false }, features: { graphqlApi: false } },
    });
    expect(await admin.api.call(getConfig)).toMatchObject({
      enabledPhases: { phase1: true, phase2: false, phase3: true },
      features: { graphqlApi: false, pluginSystem: true },
    });
    expect(await get("features")).toMatchObject({ phase2: false, graphqlApi: false, phase1: true });
  });

  it("accepts the folder as GET shows it, and a folder below it", async () => {
    const { downloadDir } = await admin.api.call(getConfig);
    for (const [sent, shown] of [
      [`${downloadDir}/films`, `${downloadDir}/films`],
      ["music", `${downloadDir}/music`],
      [downloadDir, downloadDir],
    ]) {
      expect((await admin.api.send("PATCH /api/config", { body: { downloadDir: sent } })).status).toBe(200);
      expect((await admin.api.call(getConfig)).downloadDir).toBe(shown);
    }
  });

  it.each([
    ["maxConcurrentDownloads", { maxConcurrentDownloads: 0 }],
    ["features.graphqlApi", { features: { graphqlApi: "no" } }],
    ["features.nonsense", { features: { nonsense: true } }],
    ["nonsense", { nonsense: 1 }],
    ["general", { general: { bot_name: "x" } }],
    ["downloadDir", { downloadDir: "/etc" }],
  ])("refuses %s and changes nothing", async (field, bad) => {
    const before = await admin.api.call(getConfig);
    const body = { autoDeleteDuration: 7, enabledPhases: { phase1: false }, ...bad };
    const refusal = await admin.api.refused("PATCH /api/config", "INVALID_INPUT", { body });
    expect(refusal.details?.field).toBe(field);
    expect(await admin.api.call(getConfig)).toEqual(before);
  });
});

describe("versions, history, undo", () => {
  const undo = (section: SectionName, version: number) =>
    admin.api.send(`POST /api/config/${section}/undo`, { body: { version } });
  const history = async (section: SectionName, query = {}) =>
    (await admin.api.send(`GET /api/config/${section}/history`, { query })).json;

  it("refuses an edit of an older version, by body or If-Match, and returns the current values", async () => {
    const { version } = await get("tickets");
    expect((await put("tickets", { max_open_per_user: 4, version })).status).toBe(200);
    for (const [body, headers] of [
      [{ max_open_per_user: 5, version }, {}],
      [{ max_open_per_user: 5 }, { "if-match": `"${version}"` }],
    ] as const) {
      const answer = await put("tickets", body, headers);
      expect(answer.status).toBe(409);
      expect(answer.json.details).toMatchObject({ version: version + 1, config: { max_open_per_user: 4 } });
    }
    expect((await put("tickets", { max_open_per_user: 5 }, { "if-match": `"${version + 1}"` })).status).toBe(200);
    expect((await put("tickets", { max_open_per_user: 6 }, { "if-match": "soon" })).status).toBe(400);
  });

  it("records who changed what, and keeps the version when nothing changes", async () => {
    const { version } = await get("tickets");
    await put("tickets", { max_open_per_user: 7, enabled: true });
    await put("tickets", { max_open_per_user: 7 });
    expect(await history("tickets", { limit: 1 })).toMatchObject({
      version: version + 1,
      count: 1,
      history: [
        {
          version: version + 1,
          action: "update",
          undoes: null,
          changes: { max_open_per_user: { old: 3, new: 7 } },
          by: { user_id: admin.id, username: admin.username },
        },
      ],
    });
    const older = await history("tickets", { before: version + 1, limit: 1 });
    expect(older.history[0]?.version ?? version).toBe(version);
  });

  it("undoes one change and keeps later ones", async () => {
    await put("welcome", { rules_text: "first" });
    const { version } = await get("welcome");
    await put("welcome", { welcome_messages: ["Hi"] });
    const answer = await undo("welcome", version);
    expect(answer.json).toMatchObject({
      success: true,
      rules_text: "",
      welcome_messages: ["Hi"],
      version: version + 2,
    });
    expect((await history("welcome")).history[0]).toMatchObject({ action: "undo", undoes: version });
    // Undo the undo.
    expect((await undo("welcome", version + 2)).json).toMatchObject({ rules_text: "first" });
    await put("welcome", { rules_text: "second" });
    const conflict = await undo("welcome", version);
    expect([conflict.status, conflict.json.details]).toEqual([409, { field: "rules_text" }]);
    expect((await undo("welcome", 999_999)).status).toBe(404);
  });

  it("loses none of many simultaneous changes", async () => {
    const { version } = await get("channels");
    const fields = Object.keys(SECTIONS.channels.shape).slice(0, 10);
    const answers = await Promise.all(fields.map((field, at) => put("channels", { [field]: `12345678${at}` })));
    expect(answers.map(({ status }) => status)).toEqual(fields.map(() => 200));
    expect(await get("channels")).toMatchObject({
      ...Object.fromEntries(fields.map((field, at) => [field, `12345678${at}`])),
      version: version + 10,
    });
  });
});

describe("bots and live updates", () => {
  it("only a bot of an admin reads document 003's sections and receives changes", async () => {
    const user = await aUser();
    const [mine, theirs] = await Promise.all([aBot(admin), aBot(user)]);
    const line = "GET /api/bot/{bot_id}/config";
    const { config, versions } = await mine.api.call(getBotConfig, { params: { bot_id: mine.id } });
    expect(Object.keys(config).sort()).toEqual([...BOT_SECTIONS].sort());
    await theirs.api.refused(line, "FORBIDDEN", { params: { bot_id: theirs.id } });
    await user.api.refused(line, "FORBIDDEN", { params: { bot_id: theirs.id } });
    await mine.api.refused(line, "NOT_FOUND", { params: { bot_id: theirs.id } });

    const [hears, console_, other, stranger] = await Promise.all([
      connected({ token: mine.token }),
      connected({ token: admin.jwt }),
      connected({ token: theirs.token }),
      connected({ token: user.jwt }),
    ]);
    // A page that watches a topic gets the event too.
    await console_.client.emitWithAck("watch", { topics: ["bots"] });
    await put("general", { command_prefix: "$" });
    const news = {
      section: "general",
      version: versions.general! + 1,
      config: { ...SECTIONS.general.defaults, command_prefix: "$" },
      changed: ["command_prefix"],
      by: admin.username,
    };
    expect(await hears.event("config_update")).toEqual(news);
    expect(await console_.event("config_update")).toEqual(news);
    await put("features", { phase1: false });
    await console_.event("config_update", ({ section }) => section === "features");
    await put("tickets", { max_open_per_user: 9 });
    await hears.event("config_update", ({ section }) => section === "tickets");
    expect(hears.heard.some(([, data]) => data?.section === "features")).toBe(false);
    expect([...other.names(), ...stranger.names()]).not.toContain("config_update");
  });
});
