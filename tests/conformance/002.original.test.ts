/** The GraphQL documents of document 002's own program, in its words: each runs as written and answers true figures. */
import { describe, expect, it } from "vitest";
import { anApiKey, aUser, theAdmin } from "../factories";
import { codeOf, data } from "../graphql";

const PLAIN_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
const WHOLE = expect.toSatisfy((value) => Number.isInteger(value) && value >= 0);
const SIZE = expect.stringMatching(/^\d+(\.\d)? (B|KB|MB|GB|TB|PB)$/);

const QUERIES: [query: string, answer: unknown][] = [
  [
    "{ loggerStats { enabled logDirectory logFileCount totalSizeBytes } }",
    {
      loggerStats: {
        enabled: true,
        logDirectory: expect.stringContaining("logs"),
        logFileCount: WHOLE,
        totalSizeBytes: WHOLE,
      },
    },
  ],
  [
    "{ alertSummary { enabled totalAlerts criticalCount highCount mediumCount lowCount } }",
    {
      alertSummary: {
        ...{ enabled: true, totalAlerts: WHOLE },
        ...{ criticalCount: WHOLE, highCount: WHOLE, mediumCount: WHOLE, lowCount: WHOLE },
      },
    },
  ],
  ["{ backups { name createdAt size itemsCount description } }", { backups: expect.any(Array) }],
  [
    "{ backupStats { enabled backupDirectory totalBackups totalSize } }",
    {
      backupStats: {
        ...{ enabled: true, backupDirectory: expect.stringContaining("backups") },
        ...{ totalBackups: WHOLE, totalSize: SIZE },
      },
    },
  ],
  [
    "{ systemStatus { timestamp loggerEnabled alertsEnabled backupsEnabled profilerEnabled recoveryEnabled phase1Services phase2Services } }",
    {
      systemStatus: {
        ...{ timestamp: PLAIN_TIME, loggerEnabled: true, alertsEnabled: true, backupsEnabled: true },
        ...{ profilerEnabled: true, recoveryEnabled: true },
        ...{ phase1Services: ["logger", "alerts", "backups"], phase2Services: ["transfers", "plugins"] },
      },
    },
  ],
  [
    '{ alerts(limit: 5, severity: "high") { id alertType severity title message taskId timestamp } }',
    { alerts: expect.any(Array) },
  ],
  [
    "{ slowOperations(limit: 3) { name } }",
    { slowOperations: [1, 2, 3].map(() => ({ name: expect.stringMatching(/^[\w-]+\.[\w.-]+$/) })) },
  ],
  ['{ operationStats(operation: "x") { count } }', { operationStats: null }],
];

describe("queries of the original", () => {
  it.each(QUERIES)("%s", async (query, answer) => {
    expect(await data(await theAdmin(), query)).toEqual(answer);
  });

  it("name background jobs that operationStats knows", async () => {
    const admin = await theAdmin();
    const { slowOperations } = await data(admin, "{ slowOperations(limit: 1) { name count } }");
    const query = "query ($name: String!) { operationStats(operation: $name) { name count lastDuration } }";
    const { operationStats } = await data(admin, query, { name: slowOperations[0].name });
    expect(operationStats).toMatchObject({ name: slowOperations[0].name, count: WHOLE });
  });

  it("answer what is for admins to nobody else", async () => {
    const user = await aUser();
    expect((await data(user, QUERIES[0]![0])).loggerStats).toEqual({
      ...{ enabled: true, logDirectory: null, logFileCount: null, totalSizeBytes: null },
    });
    for (const query of [
      "{ backupStats { totalBackups } }",
      "{ slowOperations { name } }",
      '{ operationStats(operation: "mail.send") { count } }',
      "{ recoveryStatus { path } }",
    ])
      expect(await codeOf(await aUser("moderator"), query)).toEqual({ code: "FORBIDDEN" });
  });
});

describe("mutations of the original", () => {
  it("triggerAlert takes a severity and a type, and answers the alert's id", async () => {
    const admin = await theAdmin();
    const message = `m ${Math.random()}\nsecond line`;
    const trigger =
      'mutation ($m: String!) { triggerAlert(alertType: "custom", severity: "high", message: $m) { success alertId message } }';
    const { triggerAlert } = await data(admin, trigger, { m: message });
    expect(triggerAlert).toEqual({ success: true, alertId: expect.any(String), message: expect.any(String) });
    const { alerts, alertSummary } = await data(
      admin,
      '{ alerts(limit: 5, severity: "high") { id alertType severity title message taskId } alertSummary { totalAlerts criticalCount highCount mediumCount lowCount } }',
    );
    expect(alerts).toContainEqual({
      ...{ id: triggerAlert.alertId, alertType: "manual", severity: "high" },
      ...{ title: message.split("\n")[0], message, taskId: null },
    });
    const { totalAlerts, criticalCount, highCount, mediumCount, lowCount } = alertSummary;
    expect(highCount).toBeGreaterThan(0);
    expect(criticalCount + highCount + mediumCount + lowCount).toBe(totalAlerts);
  });

  it("backups are verified and restored by the name that they were given", async () => {
    const admin = await theAdmin();
    const name = `x${Math.random().toString(36).slice(2, 8)}`;
    const create =
      'mutation ($n: String) { createBackup(description: "t", backupName: $n) { success backupName message filename } }';
    const { createBackup } = await data(admin, create, { n: name });
    expect(createBackup).toMatchObject({ success: true, backupName: expect.stringMatching(`^${name}_\\d{8}_\\d{6}$`) });
    const { backups, recoveryStatus } = await data(
      admin,
      "{ backups { name createdAt size itemsCount description } recoveryStatus { path isValid timestamp } }",
    );
    const backup = {
      name: createBackup.backupName,
      createdAt: PLAIN_TIME,
      size: SIZE,
      itemsCount: WHOLE,
      description: "t",
    };
    expect(backups).toContainEqual(backup);
    expect(recoveryStatus).toEqual({ path: createBackup.filename, isValid: true, timestamp: PLAIN_TIME });
    const verify = "mutation ($p: String) { verifyIntegrity(path: $p) { success isValid message backupName } }";
    for (const path of [name, createBackup.backupName, createBackup.filename])
      expect((await data(admin, verify, { p: path })).verifyIntegrity).toMatchObject({ success: true, isValid: true });
    for (const path of ["/etc/passwd", "../secret.key", `${name}_2`, "_"])
      expect(await codeOf(admin, verify, { p: path })).toEqual({ code: "NOT_FOUND" });
    expect(await codeOf(admin, verify)).toEqual({ code: "INVALID_INPUT", field: "filename" });
    const restore = 'mutation { restoreBackup(backupName: "none") { success message } }';
    expect(await codeOf(admin, restore)).toEqual({ code: "NOT_FOUND" });
    for (const line of [restore, 'mutation { verifyIntegrity(path: "x") { success } }'])
      expect(await codeOf((await anApiKey(admin, "operate")).api, line)).toMatchObject({ code: "FORBIDDEN" });
  });
});
