/** The database room's door. Only stores come through it. */
export { connect, type Database, db, disconnect, type Param, type Sql } from "./client";
export { ingest } from "./ingest";
export { migrate } from "./migrate";
export { disconnectPrisma, prisma } from "./prisma";
