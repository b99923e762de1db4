/** The groups of operations in the API document: the subjects of the console, in its order. */

type Subject = { name: string; description: string; paths: RegExp };

/** The first subject whose pattern matches a path is its group. */
const SUBJECTS: readonly Subject[] = [
  {
    name: "Sign-in and accounts",
    description: "Sign-up, sign-in, passwords, sessions, API keys and your own profile.",
    paths: /^\/api\/(auth|discord|ping|setup|users\/me)(\/|$)/,
  },
  {
    name: "Bots",
    description: "Bots and their tokens, status, uptime, settings and synced data; how bots join.",
    paths:
      /^\/api\/(bots|my-bots|join-requests|admin\/bots|export\/bot-data|bot\/(auth|\{\w+\}\/(data|info|instances|metrics|settings|status|sync|uptime)))(\/|$)/,
  },
  {
    name: "Views",
    description: "Saved filters of the list of bots: private, or shared with a team.",
    paths: /^\/api\/views(\/|$)/,
  },
  {
    name: "Commands",
    description:
      "Commands to bots: sending, fetching, acknowledging, cancelling and retrying them; what a bot understands.",
    paths:
      /^\/api\/(commands|manifests|bot\/\{\w+\}\/(cmd|commands|commands-history|send-command|restart|stop|manifest))(\/|$)/,
  },
  {
    name: "Schedules",
    description: "Commands that are sent again and again, and the runs that sent them.",
    paths: /^\/api\/schedules(\/|$)/,
  },
  {
    name: "Logs and messages",
    description: "Log lines and chat messages that bots send: storing, searching, exporting and retention.",
    paths: /^\/api\/(logs|messages|export\/(logs|messages)|admin\/retention|bot\/\{\w+\}\/(logs|messages))(\/|$)/,
  },
  {
    name: "Tickets",
    description: "Requests for help, their conversations and files, and canned replies.",
    paths: /^\/api\/(tickets|canned-replies)(\/|$)/,
  },
  {
    name: "Notifications",
    description: "What you are notified of, the devices that receive it, and broadcasts by admins.",
    paths: /^(\/sw\.js$|\/api\/(notifications|admin\/broadcasts?)(\/|$))/,
  },
  {
    name: "Alerts",
    description: "Alerts, the rules that raise them, and the channels that deliver them.",
    paths: /^\/api\/(alerts|alert-rules|alert-channels)(\/|$)/,
  },
  {
    name: "Maintenance",
    description: "Times in which bots raise no alerts and schedules leave them out.",
    paths: /^\/api\/(maintenance-windows|bot\/\{bot_id\}\/maintenance)(\/|$)/,
  },
  {
    name: "Status pages",
    description: "Pages that show people without an account how bots are, with incidents and badges.",
    paths: /^\/api\/(status-pages|status)(\/|$)/,
  },
  {
    name: "Webhooks",
    description: "Addresses that receive facts from this server, and the log of what was delivered to them.",
    paths: /^\/api\/webhooks(\/|$)/,
  },
  {
    name: "Incoming webhooks",
    description: "Addresses at which other programs make a bot do something.",
    paths: /^\/api\/incoming(-webhooks)?(\/|$)/,
  },
  {
    name: "Transfers",
    description: "Downloads to this server and uploads from it.",
    paths: /^\/api\/(download|tasks|dashboard)(\/|$)/,
  },
  {
    name: "Feeds",
    description: "Memes, ranks of tracked players, and the community of the mobile app: posts, levels, fault reports.",
    paths:
      /^\/api\/(memes|meme-sources|meme-generator|test|hazehub|levels|posts|community_posts|proxy|debug|rocket-league|user\/rocket-league)(\/|$)/,
  },
  {
    name: "Analytics",
    description: "Totals of bots and people, and how people use the console.",
    paths: /^\/api\/(analytics|active-sessions|series|stats|admin\/(stats|active-sessions)|export\/analytics)(\/|$)/,
  },
  {
    name: "Users",
    description:
      "People with an account, their teams and quotas, and people that other services report. Much of it is for admins.",
    paths: /^\/api\/(users?|invitations|teams|quotas|gaming)(\/|$)/,
  },
  {
    name: "Audit log",
    description: "Who changed or revealed what, from where and with which outcome.",
    paths: /^\/api\/(audit|export\/audit)(\/|$)/,
  },
  {
    name: "Settings",
    description: "The settings that this server and its bots share, their history, and how bots read them.",
    paths: /^\/api\/(config|daily-meme|guild|bot\/\{\w+\}\/config)(\/|$)/,
  },
  {
    name: "Plugins",
    description: "Plugins of this server (some paths call them cogs), their settings and logs.",
    paths: /^\/api\/(plugins|cogs)(\/|$)/,
  },
  {
    name: "Backups",
    description: "Backups: creating, scheduling, checking, downloading and restoring them.",
    paths: /^\/api\/backups(\/|$)/,
  },
  {
    name: "System",
    description: "Health, services and metrics of this server, what the console reads first, and this document.",
    paths: /^(\/metrics|\/asyncapi\.json|\/api\/(system|admin\/system|health|console|openapi\.json))(\/|$)/,
  },
  {
    name: "GraphQL",
    description: "The same data and actions in one GraphQL endpoint.",
    paths: /^\/graphql$/,
  },
  {
    name: "Open bot API",
    description:
      "A small API at the root of the address, for bots that register by themselves. They are bots like all others.",
    paths: /^\/(bots|command|commands|register|health)(\/|$)/,
  },
];

/** The groups as OpenAPI lists them. */
export const TAGS = SUBJECTS.map(({ name, description }) => ({ name, description }));

/** Returns the group of an operation by its path, e.g. `/api/bot/{bot_id}/logs`. A test finds paths without a group. */
export const tagOf = (path: string): string => SUBJECTS.find(({ paths }) => paths.test(path))?.name ?? "Other";
