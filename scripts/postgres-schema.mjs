/**
 * Returns PostgreSQL's twin of the text of prisma/schema.prisma: other provider, other output, and `seq` widened to BigInt because
 * its tables outlive a 32-bit counter.
 */
export const postgresSchema = (schema) =>
  schema
    .replace('provider = "sqlite"', 'provider = "postgresql"')
    .replace('"../generated/sqlite"', '"./postgres"')
    .replace(/^(\s+seq\s+)Int /gm, "$1BigInt ");
