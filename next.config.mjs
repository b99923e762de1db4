/** @type {import("next").NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // Next only renders pages, in a process of its own (lib/edge/pages). The server answers route files, which end in .ts.
  pageExtensions: ["tsx"],
  compress: true,
  skipTrailingSlashRedirect: true,
  // Types are checked by `npm run check`; checking again in every build would double its time.
  typescript: { ignoreBuildErrors: true },
};

export default config;
