/** The types of the domain in GraphQL, which domain.ts asks for. Our own ("muster"). */
export const DOMAIN_TYPES_SDL = /* GraphQL */ `
  "Connections have nodes, and edges with the place of each; hasPreviousPage and last are not there: pages go one way."
  type PageInfo {
    hasNextPage: Boolean
    "The value of after for the next page; null at the end."
    endCursor: String
    "Set when a search stopped early: all rows received between this time and the start of the page are searched."
    searchedTo: String
  }

  type User {
    id: ID
    username: String
    "Null where it is not the caller's own."
    email: String
    fullname: String
    role: String
    permissions: [String]
  }

  "One value for each bucket; null where nothing is known."
  type Series {
    name: String
    values: [Float]
    "Of latencies, in milliseconds."
    p50: [Float]
    p95: [Float]
    "Of numbers that bots report."
    min: [Float]
    max: [Float]
    last: [Float]
  }

  type SeriesPage {
    botId: ID
    from: String
    to: String
    step: String
    stepSeconds: Int
    "The share of each bucket for which the server ran."
    known: [Float]
    series: [Series]
  }

  type Owner {
    id: ID
    username: String
  }

  type Bot {
    id: ID
    name: String
    status: String
    statusSince: String
    createdAt: String
    lastActive: String
    ownerId: ID
    teamId: ID
    owner: Owner
    metadata: JSON
    tags: [String]
    reportedTags: [String]
    origin: String
    version: Int
    settingsVersion: Int
    pendingCommands: Int
    failedCommands: Int
    cancelledCommands: Int
    errorLogs: Int
    parts: BotParts
    commands(first: Int = 20, after: String, status: String): CommandConnection
    logs(first: Int = 20, after: String, level: String, search: String, q: String): LogConnection
  }

  type BotParts {
    online: Int
    of: Int
  }

  type BotEdge {
    cursor: String
    node: Bot
  }

  type BotConnection {
    nodes: [Bot]
    edges: [BotEdge]
    pageInfo: PageInfo
  }

  type Command {
    id: ID
    botId: ID
    bot: Bot
    type: String
    payload: JSON
    "pending, completed or failed."
    status: String
    result: JSON
    createdAt: String
    completedAt: String
    dispatchedAt: String
    attempts: Int
    leaseExpiresAt: String
    createdBy: ID
    sender: CommandSender
    priority: Int
    runAt: String
    expiresAt: String
    maxAttempts: Int
    reason: String
    progress: Int
    progressNote: String
    retryOf: ID
    shard: Int
  }

  type CommandSender {
    kind: String
    id: ID
    name: String
    keyId: ID
    address: String
  }

  type CommandEdge {
    cursor: String
    node: Command
  }

  type CommandConnection {
    nodes: [Command]
    edges: [CommandEdge]
    pageInfo: PageInfo
  }

  type Log {
    id: ID
    type: String
    level: String
    message: String
    timestamp: String
    receivedAt: String
    metadata: JSON
    botId: ID
    bot: Bot
  }

  type LogEdge {
    cursor: String
    node: Log
  }

  type LogConnection {
    nodes: [Log]
    edges: [LogEdge]
    pageInfo: PageInfo
  }

  type Message {
    id: ID
    botId: ID
    bot: Bot
    message: String
    authorId: String
    authorName: String
    threadId: String
    "GROUP or USER."
    threadType: String
    timestamp: String
    receivedAt: String
    metadata: JSON
  }

  type MessageEdge {
    cursor: String
    node: Message
  }

  type MessageConnection {
    nodes: [Message]
    edges: [MessageEdge]
    pageInfo: PageInfo
  }

  type Ticket {
    id: ID
    ticketNum: Int
    type: String
    subject: String
    version: Int
    "open, claimed or closed."
    status: String
    userId: String
    userName: String
    botId: ID
    assignedTo: ID
    assignedName: String
    createdAt: String
    updatedAt: String
    closedAt: String
    closedBy: String
    closeReason: String
    reopensLeft: Int
    lastMessage: String
    unreadCount: Int
    "Staff only."
    priority: String
    "Staff only."
    tags: [String]
    "The latest page, oldest first; after goes back in time."
    messages(first: Int = 50, after: String): TicketMessageConnection
  }

  type TicketEdge {
    cursor: String
    node: Ticket
  }

  type TicketConnection {
    nodes: [Ticket]
    edges: [TicketEdge]
    pageInfo: PageInfo
  }

  type TicketMessage {
    id: ID
    seq: Int
    ticketId: ID
    authorId: String
    authorName: String
    authorType: String
    content: String
    timestamp: String
    isAdmin: Boolean
    isNote: Boolean
    isSystem: Boolean
    attachments: [Attachment]
    clientId: String
  }

  type TicketMessageEdge {
    cursor: String
    node: TicketMessage
  }

  type TicketMessageConnection {
    nodes: [TicketMessage]
    edges: [TicketMessageEdge]
    pageInfo: PageInfo
  }

  type Attachment {
    id: ID
    name: String
    contentType: String
    size: Int
    url: String
  }

  type CommandResult {
    success: Boolean
    "The delivery in words: pushed now, or queued until when."
    message: String
    command: Command
  }

  type TicketResult {
    success: Boolean
    message: String
    ticket: Ticket
  }

  type TicketMessageResult {
    success: Boolean
    message: TicketMessage
  }

  type BotUpdate {
    "register, status_update, update or delete."
    action: String
    botId: ID
    bot: Bot
  }

  type CommandUpdate {
    "queued, leased, settled or progress."
    action: String
    command: Command
  }
`;
