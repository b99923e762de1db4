/** The domain itself in GraphQL: what REST lists, pages and changes, through the same services. Our own ("muster"). */
export const DOMAIN_SDL = /* GraphQL */ `
  extend type Query {
    "The caller."
    me: User
    "Bots the caller may see. first is at most 200; after is endCursor of the page before. tag is one tag, or several with commas that a bot must all have."
    bots(first: Int = 50, after: String, search: String, status: String, tag: String, platform: String, version: String, host: String, teamId: ID, sort: String): BotConnection
    bot(id: ID!): Bot
    "Commands of the bots the caller may see, newest first; order: asc turns it round."
    commands(first: Int = 50, after: String, order: String, botId: ID, status: String, type: String): CommandConnection
    command(id: ID!): Command
    "Logs, newest first. level is one type or several with commas; search are words that must all occur."
    logs(first: Int = 50, after: String, order: String, botId: ID, level: String, search: String, q: String, since: String): LogConnection
    "Messages bots saw, newest first. since is an ISO time or a span such as 15m, 1h, 7d."
    messages(first: Int = 50, after: String, order: String, botId: ID, threadId: String, search: String, since: String): MessageConnection
    "Figures over time of one bot, or of all that the caller may see: GET /api/series says what each is. from and to are ISO times or spans such as 3h; step is minute, quarter_hour or day."
    series(botId: ID, names: [String!], from: String, to: String, step: String): SeriesPage
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
`;
