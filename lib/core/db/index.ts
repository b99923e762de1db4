/** The database room's door. Only stores come through it. */
export { type Expression, type SqlBool, sql } from "kysely";
export { connect, db, disconnect, replaceSqlite, sqliteFile } from "./client";
export {
  contains,
  containsInAnyCase,
  inList,
  jsonRows,
  keepRows,
  lockName,
  lockRows,
  skipLocked,
  takeCommitTurn,
} from "./expressions";
export { ingest, takeTurn } from "./ingest";
export { insertMany, insertRows } from "./insert";
export { firstRows, readPage } from "./keyset";
export { listed, listText } from "./lists";
export { isMigrated, migrate } from "./migrate";
export { type ColumnMap, changedColumns, fieldsOf } from "./patch";
export { disconnectPrisma, prisma } from "./prisma";
export { type Queries, queriesIn, query, type Row, transaction } from "./query";
export { keepReserve } from "./reserve";
export { changeSetting, createRoomSetting, readSetting } from "./settings";
export type { Param, Sql } from "./sql";
export { openFile, SqliteStatement } from "./sqlite";
export { refreshStatistics } from "./statistics";
export { databaseTime } from "./time";
