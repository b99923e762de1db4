/** Webhooks and the log of their deliveries: REST's operations under REST's names in camelCase. Our own ("muster"). */
export const WEBHOOKS_SDL = /* GraphQL */ `
  extend type Query {
    "The webhooks of the teams in which the caller is a maintainer, newest first; admins also see those of the whole server."
    webhooks(first: Int = 50, after: String, teamId: ID): WebhookConnection
    webhook(id: ID!): Webhook
    "The deliveries to a webhook, newest first. status is queued, sent or dead; from and to are times."
    webhookDeliveries(webhookId: ID!, first: Int = 50, after: String, status: String, kind: String, from: String, to: String): WebhookDeliveryConnection
    "A delivery with its request and the beginning of the answer."
    webhookDelivery(webhookId: ID!, id: ID!): WebhookDeliveryDetails
  }

  extend type Mutation {
    "Creates a webhook. Without teamId it belongs to the caller; with ofServer it receives the facts of the whole server (admins)."
    createWebhook(name: String!, url: String!, kinds: [String!]!, bots: [ID!], tag: String, teamId: ID, ofServer: Boolean): WebhookSecretResult
    "Changes what is given. allBots and anyTag remove these limits."
    updateWebhook(
      id: ID!
      name: String
      url: String
      kinds: [String!]
      bots: [ID!]
      allBots: Boolean
      tag: String
      anyTag: Boolean
      paused: Boolean
      "The version it was edited from"
      version: Int
    ): WebhookResult
    deleteWebhook(id: ID!): Result
    "Replaces the secret. For overlapHours the old one signs too."
    rotateWebhookSecret(id: ID!, overlapHours: Int): WebhookSecretResult
    "Sends a test event now; success tells what came of it."
    testWebhook(id: ID!): WebhookTestResult
    "Queues the facts from a time on once more."
    replayWebhook(id: ID!, from: String!): WebhookReplayResult
    "Queues the fact of one delivery once more."
    redeliverWebhook(webhookId: ID!, id: ID!): WebhookDeliveryResult
  }

  type Webhook {
    webhookId: ID
    teamId: ID
    name: String
    kinds: [String]
    bots: [ID]
    tag: String
    hint: String
    state: String
    paused: Boolean
    failingSince: String
    nextTryAt: String
    disabledAt: String
    lastSentAt: String
    lastError: String
    oldSecretUntil: String
    skipped: Int
    skippedSince: String
    hours: [WebhookHour]
    createdAt: String
    version: Int
  }

  "The requests of one hour."
  type WebhookHour {
    at: String
    sent: Int
    failed: Int
  }

  type WebhookConnection {
    nodes: [Webhook]
    pageInfo: PageInfo
  }

  type WebhookDelivery {
    deliveryId: ID
    factId: ID
    kind: String
    cause: String
    status: String
    attempts: Int
    httpStatus: Int
    tookMs: Int
    error: String
    triedAt: String
    createdAt: String
    finishedAt: String
  }

  type WebhookDeliveryConnection {
    nodes: [WebhookDelivery]
    pageInfo: PageInfo
  }

  type WebhookDeliveryDetails {
    delivery: WebhookDelivery
    "The headers of the last attempt, without the signature."
    headers: JSON
    body: String
    reply: String
  }

  type WebhookResult {
    success: Boolean
    webhook: Webhook
  }

  type WebhookSecretResult {
    success: Boolean
    webhook: Webhook
    "Signs the requests. It is shown only here."
    secret: String
  }

  type WebhookTestResult {
    success: Boolean
    message: String
    delivery: WebhookDelivery
  }

  type WebhookReplayResult {
    success: Boolean
    queued: Int
    "Whether these are all; otherwise the queue is full."
    isComplete: Boolean
  }

  type WebhookDeliveryResult {
    success: Boolean
    delivery: WebhookDelivery
  }
`;
