/**
 * Transfers, alerts and the inbox beyond document 002, and what staff and owners do with tickets, commands and bots: REST's
 * operations under REST's names in camelCase, through the same services. Our own ("muster").
 */
export const OPERATIONS_SDL = /* GraphQL */ `
  extend type Query {
    "Transfers, newest first: everybody's for staff, else the caller's own."
    tasks(first: Int = 50, after: String, status: String, search: String): TaskConnection
    "Alerts, newest first. state is open, firing, acknowledged, snoozed, resolved or all."
    alertHistory(first: Int = 50, after: String, state: String, severity: String, ruleId: ID, botId: ID): AlertConnection
    "One alert with what it is about and its history."
    alert(id: ID!): AlertDetails
    "The caller's own, and the server's for staff: at most 50 each."
    alertRules: [AlertRule]
    "Where the caller's alerts are sent beside the inbox."
    alertChannels: [AlertChannel]
    "The caller's inbox, newest first."
    notifications(first: Int = 30, after: String, unread: Boolean, kind: String): NotificationConnection
    unreadNotifications: Int
  }

  extend type Mutation {
    "Fetches a file to this server and on to destination: local, gdrive or s3. folderId is a Drive folder, or a prefix in the bucket."
    startDownload(
      url: String!
      userId: ID
      destination: String
      folderId: String
      filename: String
      checksum: String
    ): TaskResult
    "What was fetched so far is deleted; one that has ended is removed with its files."
    cancelTask(taskId: ID!): TaskResult
    "What was fetched so far is kept."
    pauseTask(taskId: ID!): TaskResult
    resumeTask(taskId: ID!): TaskResult
    "Tries a failed or cancelled one again."
    retryTask(taskId: ID!): TaskResult

    "Somebody is at it: it is not escalated any more."
    acknowledgeAlert(id: ID!): AlertResult
    "It fires again when the time is over and it has not recovered."
    snoozeAlert(id: ID!, minutes: Int!): AlertResult
    resolveAlert(id: ID!): AlertResult
    "action is acknowledge, snooze or resolve. What is not the caller's or already resolved is passed over."
    changeAlerts(ids: [ID!]!, action: String!, minutes: Int = 60): ChangedResult
    createAlertRule(rule: AlertRuleInput!): AlertRuleResult
    "Replaces the rule whole: what is left out is at its default."
    updateAlertRule(id: ID!, rule: AlertRuleInput!): AlertRuleResult
    deleteAlertRule(id: ID!): Result
    "kind is email (address), webhook, discord, slack (url) or telegram (botToken, chatId). global: the server's alerts, for admins."
    createAlertChannel(
      kind: String!
      name: String!
      address: String
      url: String
      botToken: String
      chatId: String
      global: Boolean
      minSeverity: String
    ): AlertChannelResult
    updateAlertChannel(id: ID!, name: String, enabled: Boolean, minSeverity: String): AlertChannelResult
    deleteAlertChannel(id: ID!): Result
    "Sends a test message now; success tells what came of it."
    testAlertChannel(id: ID!): Result

    "All of them when no ids are named."
    markNotificationsRead(ids: [ID!]): NotificationsResult
    deleteNotification(id: ID!): NotificationsResult

    "For staff. Without userId the ticket is nobody's again."
    assignTicket(ticketId: ID!, userId: ID): TicketResult
    "For staff."
    updateTicket(ticketId: ID!, priority: String, tags: [String!], type: String, subject: String): TicketResult
    "For staff. Both must be of the same requester; this one is closed for good."
    mergeTicket(ticketId: ID!, into: ID!): MergeResult
    "Everything, or what is not newer than lastSeq."
    markTicketRead(ticketId: ID!, lastSeq: Int): TicketReadResult
    "For admins. With its messages and files."
    deleteTicket(ticketId: ID!): Result

    "To botIds, or to all bots of the caller that fit filter: at most 1000. Each has its own outcome."
    bulkCommand(
      botIds: [ID!]
      filter: BotFilter
      type: String!
      payload: JSON
      priority: Int
      expiresIn: Int
      runAt: String
      maxAttempts: Int
    ): BulkResult
    "Queues the newest failed commands again, each at most once however often this is called."
    retryFailedCommands(botId: ID, type: String, reason: String, limit: Int): BulkResult

    "The answer holds its token."
    createBot(name: String!, metadata: JSON): BotTokenResult
    updateBot(id: ID!, name: String, metadata: JSON): BotResult
    "Replaces the whole object; the bot hears of it."
    updateBotSettings(id: ID!, settings: JSON!): BotSettingsResult
    "The old token stops working at once."
    regenerateBotToken(id: ID!): BotTokenResult
    "With its commands, logs, messages and data."
    deleteBot(id: ID!): Result
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

  type AlertEdge {
    cursor: String
    node: Alert
  }

  type AlertConnection {
    nodes: [Alert]
    edges: [AlertEdge]
    pageInfo: PageInfo
  }

  type AlertDetails {
    alert: Alert
    "What it is about: at most 500."
    members: [AlertMember]
    "The newest 200."
    events: [AlertEvent]
  }

  type AlertMember {
    subject: String
    label: String
    botId: ID
    value: Float
    count: Int
    since: String
    resolvedAt: String
  }

  type AlertEvent {
    kind: String
    by: String
    detail: String
    timestamp: String
  }

  "What is watched, as REST has it; S are seconds, M minutes."
  input AlertRuleInput {
    name: String!
    metric: String!
    threshold: Float!
    enabled: Boolean
    windowS: Int
    forS: Int
    recoverBelow: Float
    severity: String
    scope: String
    botIds: [ID!]
    escalateAfterM: Int
    channels: [ID!]
    escalationChannels: [ID!]
  }

  type AlertRule {
    ruleId: ID
    name: String
    enabled: Boolean
    metric: String
    threshold: Float
    windowS: Int
    forS: Int
    recoverBelow: Float
    severity: String
    scope: String
    botIds: [ID]
    escalateAfterM: Int
    channels: [ID]
    escalationChannels: [ID]
    ownerId: ID
    openAlerts: Int
    createdAt: String
    updatedAt: String
  }

  type AlertChannel {
    channelId: ID
    kind: String
    name: String
    "Where it goes, without what is secret in it."
    hint: String
    global: Boolean
    minSeverity: String
    enabled: Boolean
    lastStatus: String
    lastError: String
    lastSentAt: String
    createdAt: String
  }

  type Notification {
    id: ID
    kind: String
    title: String
    body: String
    "A path of the console."
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

  type ChangedResult {
    success: Boolean
    changed: Int
  }

  type AlertRuleResult {
    success: Boolean
    rule: AlertRule
  }

  type AlertChannelResult {
    success: Boolean
    channel: AlertChannel
    "Of a webhook that was made just now: what its messages are signed with. Never told again."
    secret: String
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

  "An empty one fits all. status is online or offline."
  input BotFilter {
    search: String
    status: String
  }

  type BulkResult {
    success: Boolean
    results: [CommandOutcome]
    queued: Int
  }

  type BotResult {
    success: Boolean
    bot: Bot
  }

  type BotTokenResult {
    success: Boolean
    bot: Bot
    "What the bot's program presents."
    token: String
  }

  type BotSettingsResult {
    success: Boolean
    settings: JSON
    version: Int
  }
`;
