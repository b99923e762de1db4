/** Alerts beyond document 002, their rules and channels: REST's operations under REST's names in camelCase. Our own ("muster"). */
export const ALERTS_SDL = /* GraphQL */ `
  extend type Query {
    "Alerts, newest first. state is open, firing, acknowledged, snoozed, resolved or all."
    alertHistory(first: Int = 50, after: String, state: String, severity: String, ruleId: ID, botId: ID, "only alerts of this team" teamId: ID): AlertConnection
    "One alert with what it is about and its history."
    alert(id: ID!): AlertDetails
    "The newest 200 of the caller, of the caller's teams, and of the server for staff; teamId lists all of one team."
    alertRules(teamId: ID): [AlertRule]
    "Where these alerts are sent beside the inbox: the newest 200, or with teamId all of one team."
    alertChannels(teamId: ID): [AlertChannel]
    "When would this rule have fired in the last 24 hours? Nothing is kept of it."
    dryRunAlertRule(rule: AlertRuleInput!): AlertDryRun
  }

  extend type Mutation {
    "Somebody is at it: it is not escalated any more."
    acknowledgeAlert(id: ID!): AlertResult
    "It fires again when the time is over and it has not recovered."
    snoozeAlert(id: ID!, minutes: Int!): AlertResult
    resolveAlert(id: ID!): AlertResult
    "action is acknowledge, snooze or resolve. What is not the caller's or already resolved is passed over."
    changeAlerts(ids: [ID!]!, action: String!, minutes: Int = 60): ChangedResult
    createAlertRule(rule: AlertRuleInput!): AlertRuleResult
    "Replaces the rule whole: what is left out is at its default."
    updateAlertRule(id: ID!, rule: AlertRuleInput!, "The version it was edited from" version: Int): AlertRuleResult
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
      "The team whose alerts go there; the caller when left out."
      teamId: ID
      minSeverity: String
    ): AlertChannelResult
    updateAlertChannel(id: ID!, name: String, enabled: Boolean, minSeverity: String, "The version it was edited from" version: Int): AlertChannelResult
    deleteAlertChannel(id: ID!): Result
    "Sends a test message now; success tells what came of it."
    testAlertChannel(id: ID!): Result
  }

  extend type Alert {
    teamId: ID
    link: String
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
    "The affected subjects, at most 500."
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

  "The rule, with the fields of REST; names ending in S are seconds, in M minutes."
  input AlertRuleInput {
    name: String!
    metric: String!
    threshold: Float!
    "The query of logs that a rule of the metric log_match counts by."
    query: String
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
    "The team that owns a new rule; the caller when left out."
    teamId: ID
  }

  type AlertRule {
    ruleId: ID
    name: String
    enabled: Boolean
    metric: String
    threshold: Float
    query: String
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
    teamId: ID
    openAlerts: Int
    version: Int
    createdAt: String
    updatedAt: String
  }

  type AlertChannel {
    channelId: ID
    kind: String
    name: String
    hint: String
    global: Boolean
    teamId: ID
    minSeverity: String
    enabled: Boolean
    version: Int
    lastStatus: String
    lastError: String
    lastSentAt: String
    createdAt: String
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

  type AlertDryRun {
    "Whether all of the 24 hours is known."
    complete: Boolean
    "Since when it is."
    from: String
    to: String
    "Alerts in all."
    total: Int
    "The newest 100 of them, oldest first."
    firings: [AlertFiring]
  }

  type AlertFiring {
    at: String
    "Null: it would be firing now."
    until: String
    count: Int
    "The first ten subjects: names of bots, people or the server."
    labels: [String]
  }
`;
