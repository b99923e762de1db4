/** @type {import("next").NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // Next only renders pages and sends assets. The custom server sets security headers and serves API paths (lib/edge/http).
  compress: true,
  skipTrailingSlashRedirect: true,
  // Types are checked by `npm run check`; checking again in every build would double its time.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
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
