/**
 * Transfers and the inbox beyond document 002, and what staff and owners do with tickets, commands and bots: REST's
 * operations under REST's names in camelCase, through the same services. Our own ("muster").
 */
export const OPERATIONS_SDL = /* GraphQL */ `
  extend type Query {
    "Transfers, newest first: everybody's for staff, else the caller's own."
    tasks(first: Int = 50, after: String, status: String, search: String, userId: ID): TaskConnection
    "The caller's inbox, newest first."
    notifications(first: Int = 30, after: String, unread: Boolean, kind: String): NotificationConnection
    unreadNotifications: Int
    "Bots that registered by themselves and wait to be adopted, newest first. For admins."
    joinRequests: [JoinRequest]
  }

  extend type Mutation {
    "Fetches a file to this server and on to destination: local, gdrive or s3. folderId is a Drive folder, or a prefix in the bucket."
    startDownload(
      url: String!
      "The person it is for. An id that names no account you may act for makes a contact of yours."
      userId: ID
      "The contact's name."
      username: String
      "Where the contact's id is from."
      platform: String
      destination: String
      folderId: String
      filename: String
      checksum: String
    ): TaskResult
    "Deletes what was fetched so far. A finished task is removed with its files."
    cancelTask(taskId: ID!): TaskResult
    "Keeps what was fetched so far."
    pauseTask(taskId: ID!): TaskResult
    resumeTask(taskId: ID!): TaskResult
    "Tries a failed or cancelled one again."
    retryTask(taskId: ID!): TaskResult

    "All of them when no ids are named."
    markNotificationsRead(ids: [ID!]): NotificationsResult
    deleteNotification(id: ID!): NotificationsResult

    "For staff. Without userId the ticket is nobody's again."
    assignTicket(ticketId: ID!, userId: ID): TicketResult
    "For staff."
    updateTicket(ticketId: ID!, priority: String, tags: [String!], type: String, subject: String, "The version it was edited from" version: Int): TicketResult
    "For staff. Both must be of the same requester; this one is closed for good."
    mergeTicket(ticketId: ID!, into: ID!): MergeResult
    "Everything, or what is not newer than lastSeq."
    markTicketRead(ticketId: ID!, lastSeq: Int): TicketReadResult
    "For admins. With its messages and files."
    deleteTicket(ticketId: ID!): Result

    "To botIds, or to all bots of the caller that fit filter: at most 1000 at a time. Each has its own outcome. left is how many more fit; nextCursor continues."
    bulkCommand(
      botIds: [ID!]
      filter: BotFilter
      cursor: String
      type: String!
      payload: JSON
      priority: Int
      expiresIn: Int
      runAt: String
      maxAttempts: Int
      shard: Int
      idempotencyKey: String
    ): BulkResult
    "Queues the newest failed commands again, each at most once however often this is called."
    retryFailedCommands(botId: ID, type: String, reason: String, limit: Int, cursor: String): BulkResult

    "The answer holds its token."
    createBot(name: String!, metadata: JSON, teamId: ID): BotTokenResult
    updateBot(id: ID!, name: String, metadata: JSON, "The version it was edited from" version: Int): BotResult
    "Replaces the tags that people gave a bot."
    putBotTags(id: ID!, tags: [String!]!): BotResult
    "Replaces the whole object; the bot hears of it."
    updateBotSettings(id: ID!, settings: JSON!, "The version they were edited from" version: Int): BotSettingsResult
    "The old token stops working at once."
    regenerateBotToken(id: ID!): BotTokenResult
    "With its commands, logs, messages and data."
    deleteBot(id: ID!): Result
    "The caller becomes the owner of a bot that waits: by its claim code, or by its id for admins."
    adoptBot(botId: ID, claimCode: String): BotResult
    "Deletes a bot that waits; its token stops working. For admins."
    refuseBot(botId: ID!): Result
  }

  type TaskEdge {
    cursor: String
    node: Task
  }

  type TaskConnection {
    nodes: [Task]
    edges: [TaskEdge]
    pageInfo: PageInfo
  }

  type Notification {
    id: ID
    kind: String
    title: String
    body: String
    url: String
    priority: String
    count: Int
    createdAt: String
    readAt: String
  }

  type NotificationEdge {
    cursor: String
    node: Notification
  }

  type NotificationConnection {
    nodes: [Notification]
    edges: [NotificationEdge]
    pageInfo: PageInfo
    unreadCount: Int
  }

  type TaskResult {
    success: Boolean
    message: String
    task: Task
  }

  type NotificationsResult {
    success: Boolean
    unreadCount: Int
  }

  type MergeResult {
    success: Boolean
    message: String
    ticket: Ticket
    into: Ticket
  }

  type TicketReadResult {
    success: Boolean
    unreadCount: Int
  }

  type CommandOutcome {
    botId: ID
    "queued or error."
    status: String
    command: Command
    error: String
    code: String
  }

  "An empty one fits all. status is online or offline. tag is one tag, or several with commas that a bot must all have."
  input BotFilter {
    search: String
    status: String
    tag: String
    platform: String
    version: String
    host: String
    teamId: ID
  }

  type BulkResult {
    success: Boolean
    results: [CommandOutcome]
    queued: Int
    left: Int
    nextCursor: String
  }

  type JoinRequest {
    botId: ID
    name: String
    status: String
    origin: String
    claimCode: String
    joinedFrom: String
    requestedAt: String
    expiresAt: String
    metadata: JSON
  }

  type BotResult {
    success: Boolean
    bot: Bot
  }

  type BotTokenResult {
    success: Boolean
    bot: Bot
    "The credential of the bot's program."
    token: String
  }

  type BotSettingsResult {
    success: Boolean
    settings: JSON
    version: Int
  }
`;
