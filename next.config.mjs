/** @type {import("next").NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // Security headers and API paths are the custom server's business (lib/edge/http); Next renders pages and sends assets.
  compress: true,
  skipTrailingSlashRedirect: true,
  // Types are checked by `npm run check`; checking again in every build would double its time.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "@libsql/client",
    "libsql",
    "@prisma/adapter-libsql",
    "@prisma/adapter-pg",
    "@prisma/client",
    "@node-rs/argon2",
    "pg",
    "pino",
    "ioredis",
    "graphql",
    "graphql-yoga",
    "graphql-ws",
    "nodemailer",
    "socket.io",
  ],
};

export default config;
