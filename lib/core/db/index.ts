/** The database room's door. Only stores come through it. */
export { connect, db, disconnect, replaceSqlite, sqliteFile } from "./client";
export { ingest, takeTurn } from "./ingest";
export { insertMany } from "./insert";
export { containing } from "./like";
export { listed, listText } from "./lists";
export { migrate } from "./migrate";
export { disconnectPrisma, prisma } from "./prisma";
export { changeSetting, readSetting } from "./settings";
export type { Param, Sql } from "./sql";
