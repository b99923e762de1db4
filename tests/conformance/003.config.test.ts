/** Document 003 "Configuration" and document 002 "Configuration Endpoints", with versions, history, undo and live updates. */
import { describe, expect, it } from "vitest";
import { getConfig, SECTIONS, type SectionName, sectionContracts } from "@/lib/core/settings/contract";
import { Api, type Json } from "../api";
import { admin, get, NAMES, put, reset } from "../config";
import { anApiKey, aUser } from "../factories";

describe("GET /api/config", () => {
  it("has document 003's sections with its examples as defaults, under the name of this server", async () => {
    const whole = await admin.api.call(getConfig);
    expect(whole).toMatchObject({
      general: { bot_name: "Muster", command_prefix: "!" },
      meme: { default_subreddits: ["memes", "dankmemes"] },
      rocket_league: { rank_check_interval_hours: 24 },
      welcome: { welcome_messages: ["Welcome!"] },
      server_guide: { categories: [] },
      tickets: { enabled: true, categories: ["Application", "Bug", "Support"] },
    });
  });

  it("has document 002's flat fields", async () => {
    const whole = await admin.api.call(getConfig);
    expect(whole).toMatchObject({
      maxConcurrentDownloads: 5,
      maxSplitSize: "2 GB",
      autoDeleteDuration: 0,
      enabledPhases: { phase1: true, phase2: true, phase3: true },
      features: { graphqlApi: true, pluginSystem: true, advancedDashboard: true },
    });
    expect(whole.downloadDir).toMatch(/^\/.*downloads$/);
    expect(JSON.stringify(whole)).not.toMatch(/secret|token|password/i);
  });

  it("is for admins only: moderators, users and anonymous callers are refused", async () => {
    const [moderator, user] = await Promise.all([aUser("moderator"), aUser()]);
    await new Api().refused("GET /api/config", "UNAUTHORIZED");
    await user.api.refused("GET /api/config", "FORBIDDEN");
    await moderator.api.refused("GET /api/config", "FORBIDDEN");
  });

  it("repeats the roles beside the guild, for document 003's app", async () => {
    await put("roles", { admin_role_id: "987654321" });
    const { discord_ids } = await admin.api.call(getConfig);
    expect(discord_ids).toMatchObject({ guild_id: null, admin_role_id: "987654321", interest_roles: {} });
  });
});

describe("GET and PUT of every section", () => {
  /** The documented fields, each with a value that is not its default. */
  const OTHER: Record<SectionName, Record<string, unknown>> = {
    general: {
      bot_name: "Greeter",
      command_prefix: "?",
      presence_update_interval: 60,
      message_cooldown: 0,
      fuzzy_matching_threshold: 1,
      pink_color: 0,
      embed_footer_text: "",
      role_names: { user: "Guest", mod: "", admin: "Boss" },
      status_dashboard: { update_interval_minutes: 1, show_monitoring: false },
    },
    channels: Object.fromEntries(
      [
        ..."log changelog todo rl meme server_guide welcome_rules welcome_public transcript gaming status".split(" "),
        "tickets_category",
      ].map((name) => [name === "tickets_category" ? "tickets_category_id" : `${name}_channel_id`, "123456789"]),
    ),
    roles: {
      ...Object.fromEntries(
        "admin moderator normal member changelog meme".split(" ").map((name) => [`${name}_role_id`, "987654321"]),
      ),
      interest_role_ids: ["111222333", "12345678901234567890"],
      interest_roles: { Games: "111222333" },
    },
    meme: {
      default_subreddits: ["wholesomememes"],
      default_lemmy: ["memes@lemmy.ml"],
      meme_sources: ["lemmy"],
      templates_cache_duration: 1,
    },
    rocket_league: { rank_check_interval_hours: 1, rank_cache_ttl_seconds: 0 },
    welcome: { rules_text: "1. Be kind\n2. <b>No spam</b> 😀", welcome_messages: ["Hi {user}", "Hello"] },
    server_guide: {
      categories: [{ name: "Start", description: "Read me", emoji: "👋", channel_ids: ["123456789"], steps: [1, 2] }],
    },
    tickets: {
      enabled: false,
      max_open_per_user: 1,
      auto_close_hours: 0,
      transcript_enabled: false,
      categories: ["Appeal"],
      auto_delete_after_close_days: null,
      require_claim: true,
      send_transcript_email: true,
      transcript_email_address: "support@example.org",
    },
    welcome_texts: { welcome_button_replies: ["Hi", "Hey"] },
    rocket_league_texts: {
      promotion_config: { notification_prefix: "a", embed_title: "b", embed_description: "c" },
      congrats_replies: [],
    },
    xp: {
      activity_xp: { message_sent: 1 },
      level_calculation: { base_xp_per_level: 50, xp_multiplier: 1.25 },
      cooldowns: {},
    },
    daily_meme: {
      enabled: true,
      hour: 23,
      minute: 59,
      channel_id: "123456789",
      role_id: "987654321",
      allow_nsfw: true,
      min_score: 0,
      max_sources: 1,
      pool_size: 1,
      use_subreddits: ["memes"],
      use_lemmy: ["memes@lemmy.ml"],
    },
    transfers: { downloadDir: "films", maxConcurrentDownloads: 1, maxSplitSize: "512 MB", autoDeleteDuration: 60 },
    features: {
      graphqlApi: false,
      pluginSystem: false,
      advancedDashboard: false,
      phase1: false,
      phase2: false,
      phase3: false,
      social: true,
    },
    quotas: Object.fromEntries(Object.keys(SECTIONS.quotas.defaults).map((kind) => [kind, 7])),
    // This admin has no second factor, so may not demand one: lib/core/settings/service.test.ts does.
    security: {
      require_second_factor: "none",
      require_proof_of_everyone: true,
      session_idle_hours: 720,
      moderators_may_configure: true,
      session_max_days: 29,
      audit_keep_days: 365,
    },
  };

  it.each(NAMES)("%s", async (name) => {
    const { get: read, put: write } = sectionContracts[name];
    // Files that ran before on this server may have switched something.
    await reset(name);
    const before = await admin.api.call(read);
    // The section of levels has its fields once more, as document 003's app reads them.
    const { version, success: _success, config: _config, ...fields } = before as Json;
    expect(fields).toEqual(SECTIONS[name].defaults);
    expect(Object.keys(OTHER[name]).sort()).toEqual(Object.keys(fields).sort());
    const answer = await put(name, OTHER[name]);
    expect(answer.status, answer.text).toBe(200);
    expect(write.response.parse(answer.json)).toMatchObject({ success: true, message: expect.any(String) });
    expect(answer.json).toMatchObject({ ...OTHER[name], version: version + 1 });
    expect(await get(name)).toMatchObject({ ...OTHER[name], version: version + 1 });
    // Changing one field keeps the others.
    const [[field]] = Object.entries(SECTIONS[name].defaults) as [[string, unknown]];
    await put(name, { [field]: (SECTIONS[name].defaults as Json)[field] });
    expect(await get(name)).toMatchObject({ ...OTHER[name], [field]: (SECTIONS[name].defaults as Json)[field] });
    const back = await reset(name);
    expect(back.json).toMatchObject({ success: true, ...SECTIONS[name].defaults });
    expect(await get(name)).toMatchObject(SECTIONS[name].defaults as Json);
  });

  const BAD: [SectionName, string, unknown[]][] = [
    ["general", "bot_name", ["", "   ", 5, "x".repeat(101)]],
    ["general", "command_prefix", ["", "a b", "toolong", null]],
    ["general", "presence_update_interval", [9, 86_401, 10.5, "60"]],
    ["general", "message_cooldown", [-1, 3601]],
    ["general", "fuzzy_matching_threshold", [-0.1, 1.1, "0.5"]],
    ["channels", "log_channel_id", [1234, 123_456_789.5, "12a", "", "1234", "1".repeat(21), "-12345"]],
    ["roles", "interest_role_ids", [["x"], "123456789", ["123456789", "123456789"], Array(51).fill("12345")]],
    ["roles", "interest_roles", [{ Games: 5 }, { "": "123456789" }, ["123456789"]]],
    ["meme", "default_subreddits", [["r/memes"], ["memes", "Memes"], "memes"]],
    ["meme", "default_lemmy", [["memes"], ["a@b@c"]]],
    ["meme", "meme_sources", [["digg"], "reddit"]],
    ["rocket_league", "rank_check_interval_hours", [0, 169, 1.5]],
    ["welcome", "rules_text", ["x".repeat(4001), null]],
    ["welcome", "welcome_messages", [[""], ["x".repeat(501)], Array.from({ length: 51 }, (_, at) => `m${at}`)]],
    ["server_guide", "categories", [[{}], [{ name: "" }], {}, [{ name: "x", more: "x".repeat(9000) }]]],
    ["tickets", "enabled", ["true", 1, null]],
    ["tickets", "max_open_per_user", [0, 101]],
    ["tickets", "categories", [[], ["Bug", "bug"], [5]]],
    ["tickets", "transcript_email_address", ["support", null]],
    ["general", "role_names", [{ user: "x" }, "x"]],
    ["xp", "activity_xp", [{ "": 1 }, { message_sent: -1 }, { message_sent: "5" }]],
    ["daily_meme", "hour", [24, -1]],
    ["transfers", "downloadDir", ["../x", "/etc", "a/../../b", "a\0b"]],
    ["transfers", "maxSplitSize", ["2 gigabytes", "0 GB", "2 TB", "1 KB", 5]],
    ["transfers", "maxConcurrentDownloads", [0, 51]],
  ];
  it.each(BAD)("%s.%s: a bad value is 400 that names the field, and nothing changes", async (name, field, values) => {
    const before = await get(name);
    const [good] = Object.keys(before).filter((one) => one !== field && one !== "version");
    for (const value of values) {
      const sent = { ...(good && { [good]: OTHER[name][good] }), [field]: value };
      const refusal = await admin.api.refused(`PUT /api/config/${name}`, "INVALID_INPUT", { body: sent });
      const named = String(refusal.details?.field);
      expect(named === field || named.startsWith(`${field}.`), `${JSON.stringify(value)} → ${refusal.error}`).toBe(
        true,
      );
    }
    expect(await get(name)).toEqual(before);
  });

  it("an unknown field is 400 that names it", async () => {
    for (const name of NAMES) {
      const refusal = await admin.api.refused(`PUT /api/config/${name}`, "INVALID_INPUT", { body: { nonsense: 1 } });
      expect(refusal).toMatchObject({ error: "nonsense: is not a field here", details: { field: "nonsense" } });
    }
  });

  it("an unknown section is 404", async () => {
    await admin.api.refused("POST /api/config/nonsense/reset", "NOT_FOUND");
    await admin.api.refused("GET /api/config/__proto__/history", "NOT_FOUND");
    expect((await admin.api.send("GET /api/config/nonsense")).status).toBe(404);
  });

  it("changing needs an admin's session or a key with scope admin", async () => {
    const operate = await anApiKey(admin, "operate");
    await operate.api.refused("PUT /api/config/tickets", "FORBIDDEN", { body: { enabled: false } });
    const full = await anApiKey(admin, "admin");
    expect((await full.api.send("PUT /api/config/tickets", { body: { enabled: false } })).status).toBe(200);
  });
});
