/** The domain itself in GraphQL: what REST lists, pages and changes, through the same services. Our own ("muster"). */
export const DOMAIN_SDL = /* GraphQL */ `
  extend type Query {
    "The caller."
    me: User
    "Bots the caller may see. first is at most 200; after is endCursor of the page before."
    bots(first: Int = 50, after: String, search: String, status: String, sort: String): BotConnection
    bot(id: ID!): Bot
    "Commands of the bots the caller may see, newest first; order: asc turns it round."
    commands(first: Int = 50, after: String, order: String, botId: ID, status: String, type: String): CommandConnection
    command(id: ID!): Command
    "Logs, newest first. level is one type or several with commas; search are words that must all occur."
    logs(first: Int = 50, after: String, order: String, botId: ID, level: String, search: String, since: String): LogConnection
    "Messages bots saw, newest first. since is an ISO time or a span such as 15m, 1h, 7d."
    messages(first: Int = 50, after: String, order: String, botId: ID, threadId: String, search: String, since: String): MessageConnection
    "Tickets: all for staff, their own for everybody else; latest activity first."
    tickets(first: Int = 50, after: String, status: String, view: String, type: String, search: String): TicketConnection
    ticket(id: ID!): Ticket
  }

  extend type Mutation {
    "runAt is an ISO time; expiresIn is in seconds. Only the program that holds the shard takes the command. A second send with the same idempotencyKey returns the first command."
    sendCommand(
      botId: ID!
      type: String!
      payload: JSON
      priority: Int
      expiresIn: Int
      runAt: String
      maxAttempts: Int
      shard: Int
      idempotencyKey: String
    ): CommandResult
    cancelCommand(id: ID!): CommandResult
    "Queues a failed command again, as a new one."
    retryCommand(id: ID!, idempotencyKey: String): CommandResult
    "The same idempotencyKey again returns the first ticket."
    createTicket(type: String!, subject: String!, description: String!, idempotencyKey: String): TicketResult
    "isNote: staff only; the requester never sees it. The same clientId or idempotencyKey again returns the first message."
    replyTicket(
      ticketId: ID!
      content: String!
      isNote: Boolean = false
      clientId: String
      idempotencyKey: String
    ): TicketMessageResult
    "For staff."
    claimTicket(ticketId: ID!): TicketResult
    "For staff."
    closeTicket(ticketId: ID!, reason: String): TicketResult
    reopenTicket(ticketId: ID!): TicketResult
  }

  extend type Subscription {
    "A bot the caller may see was registered, changed or deleted."
    botUpdates(botId: ID): BotUpdate
    "A command was queued, handed out, settled, or told its progress."
    commandUpdates(botId: ID, commandId: ID): CommandUpdate
    "Logs as they are stored. level as in logs; search is a part of the text."
    logStream(botId: ID, level: String, search: String): Log
    "New messages of a ticket. Only staff receive notes."
    ticketMessages(ticketId: ID!): TicketMessage
  }

  "Connections have nodes, and edges with the place of each; hasPreviousPage and last are not there: pages go one way."
  type PageInfo {
    hasNextPage: Boolean
    "The value of after for the next page; null at the end."
    endCursor: String
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
    owner: Owner
    metadata: JSON
    origin: String
    version: Int
    settingsVersion: Int
    pendingCommands: Int
    failedCommands: Int
    errorLogs: Int
    parts: BotParts
    commands(first: Int = 20, after: String, status: String): CommandConnection
    logs(first: Int = 20, after: String, level: String, search: String): LogConnection
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
