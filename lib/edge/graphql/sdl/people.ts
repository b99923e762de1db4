/** The audit log, keys, sessions and the administration of people: REST's operations. Our own ("muster"). */
export const PEOPLE_SDL = /* GraphQL */ `
  extend type Query {
    "Newest first. Admins read everything; with botId or teamId also those who maintain it; others their own acts."
    auditLog(first: Int = 50, after: String, botId: ID, teamId: ID, userId: ID, by: String, action: String, outcome: String, targetType: String, targetId: String, requestId: String, since: String, until: String, q: String): AuditConnection
    "The caller's API keys, newest first."
    apiKeys: [ApiKey]
    "Where the caller is signed in."
    sessions: [Session]
    "Accounts, oldest first, for staff. secondFactor (none, any) is for admins."
    users(first: Int = 50, after: String, search: String, role: String, secondFactor: String): UserConnection
  }

  extend type Mutation {
    "Either scope (read, operate, admin) or scopes. expiresInDays is 90 when left out; null: never."
    createApiKey(name: String!, scope: String, scopes: [String!], bots: [ID!], tags: [String!], ipRanges: [String!], expiresInDays: Int): ApiKeySecretResult
    rotateApiKey(id: ID!, oldSecretUntil: String): ApiKeySecretResult
    revokeApiKey(id: ID!): Result
    "Needs a session. expiresInDays is 90 when left out; null: never."
    createTeamKey(teamId: ID!, name: String!, scopes: [String!]!, bots: [ID!], tags: [String!], ipRanges: [String!], expiresInDays: Int): TeamKeySecretResult
    "Needs a session."
    rotateTeamKey(teamId: ID!, id: ID!, oldSecretUntil: String): TeamKeySecretResult
    revokeTeamKey(teamId: ID!, id: ID!): Result
    revokeSession(id: ID!): Result
    "Signs out everywhere; with keepCurrent the session that asks stays."
    endSessions(keepCurrent: Boolean): EndedSessionsResult
    "For admins. Ends the user's sessions, so that the new rights apply at once."
    updateUser(id: ID!, role: String, isActive: Boolean, "The version it was edited from" version: Int): AccountResult
  }

  type AuditEntry {
    id: ID
    at: String
    action: String
    outcome: String
    code: String
    by: AuditActor
    from: AuditOrigin
    target: AuditTarget
    botId: ID
    teamId: ID
    before: JSON
    after: JSON
    fields: [String]
    requestId: String
    seal: AuditSeal
  }

  type AuditActor {
    kind: String
    id: ID
    name: String
    keyId: ID
  }

  type AuditOrigin {
    address: String
    userAgent: String
  }

  type AuditTarget {
    type: String
    id: ID
    name: String
  }

  type AuditSeal {
    position: Int
    hash: String
  }

  type AuditConnection {
    nodes: [AuditEntry]
    pageInfo: PageInfo
  }

  type ApiKey {
    id: ID
    name: String
    prefix: String
    scope: String
    scopes: [String]
    bots: [ID]
    tags: [String]
    ipRanges: [String]
    createdAt: String
    expiresAt: String
    lastUsedAt: String
    lastUsedIp: String
    rotatedAt: String
    oldSecretUntil: String
  }

  type ApiKeySecretResult {
    success: Boolean
    key: ApiKey
    "Shown only once."
    secret: String
  }

  type TeamKeySecretResult {
    success: Boolean
    key: TeamKey
    "Shown only once."
    secret: String
  }

  type Session {
    id: ID
    createdAt: String
    lastSeenAt: String
    expiresAt: String
    ip: String
    userAgent: String
    current: Boolean
  }

  type EndedSessionsResult {
    success: Boolean
    ended: Int
  }

  type Account {
    id: ID
    username: String
    email: String
    fullname: String
    role: String
    createdAt: String
    isActive: Boolean
    lastLogin: String
    botCount: Int
    hasSecondFactor: Boolean
  }

  type UserConnection {
    nodes: [Account]
    pageInfo: PageInfo
  }

  "The user as changed. version is for the next change."
  type ChangedAccount {
    id: ID
    username: String
    role: String
    isActive: Boolean
    version: Int
  }

  type AccountResult {
    success: Boolean
    user: ChangedAccount
  }
`;
