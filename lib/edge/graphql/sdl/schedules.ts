/** Schedules and their runs: REST's operations under REST's names in camelCase. Our own ("muster"). */
export const SCHEDULES_SDL = /* GraphQL */ `
  extend type Query {
    "Schedules, newest first. state is active, paused or stopped. With botId: active ones that would send this bot a command, the next one first."
    schedules(first: Int = 50, after: String, teamId: ID, state: String, search: String, botId: ID): ScheduleConnection
    schedule(id: ID!): ScheduleDetail
    "Runs of a schedule, newest first."
    scheduleRuns(scheduleId: ID!, first: Int = 50, after: String): ScheduleRunConnection
    "One run with the outcome on each bot."
    scheduleRun(scheduleId: ID!, id: ID!): ScheduleRunDetails
    "The next times at which a schedule would run. Stores nothing."
    previewSchedule(cron: String, everyMinutes: Int, timeZone: String, startsAt: String): [String]
  }

  extend type Mutation {
    "Creates a schedule of the team teamId, or of the caller."
    createSchedule(schedule: ScheduleInput!, teamId: ID): ScheduleResult
    "Replaces a schedule: fields that are left out get their default."
    updateSchedule(id: ID!, schedule: ScheduleInput!, "The version it was edited from" version: Int): ScheduleResult
    deleteSchedule(id: ID!): Result
    pauseSchedule(id: ID!): ScheduleResult
    "Starts a paused or stopped schedule again."
    resumeSchedule(id: ID!): ScheduleResult
    "Runs it now. Its times stay as they are."
    runSchedule(id: ID!): ScheduleRunResult
  }

  "Send either cron or everyMinutes, and either botIds or filter."
  input ScheduleInput {
    name: String!
    cron: String
    everyMinutes: Int
    timeZone: String
    startsAt: String
    botIds: [ID!]
    filter: BotFilter
    type: String!
    payload: JSON
    priority: Int
    expiresIn: Int
    maxAttempts: Int
    shard: Int
    offline: String
    overlap: String
    missed: String
  }

  type ScheduleConnection {
    nodes: [Schedule]
    edges: [ScheduleEdge]
    pageInfo: PageInfo
  }

  type ScheduleEdge {
    cursor: String
    node: Schedule
  }

${["Schedule", "ScheduleDetail"]
  .map(
    (name) => `
  type ${name} {
    scheduleId: ID
    teamId: ID
    createdBy: ID
    createdByName: String
    name: String
    cron: String
    everyMinutes: Int
    timeZone: String
    startsAt: String
    bots: Int
    filter: JSON
    type: String
    priority: Int
    expiresIn: Int
    maxAttempts: Int
    shard: Int
    offline: String
    overlap: String
    missed: String
    state: String
    reason: String
    nextAt: String
    failures: Int
    lastRun: ScheduleRun
    recentRuns: [RecentRun]
    canManage: Boolean
    version: Int
    createdAt: String
    updatedAt: String${
      name === "Schedule"
        ? ""
        : `
    botIds: [ID]
    payload: JSON
    nextRuns: [String]`
    }
  }
`,
  )
  .join("")}
  type RecentRun {
    runId: ID
    dueAt: String
    state: String
    bots: Int
    failed: Int
  }

  type ScheduleRun {
    runId: ID
    scheduleId: ID
    dueAt: String
    startedAt: String
    endedAt: String
    trigger: String
    state: String
    reason: String
    bots: Int
    completed: Int
    failed: Int
    skipped: Int
  }

  type ScheduleRunConnection {
    nodes: [ScheduleRun]
    edges: [ScheduleRunEdge]
    pageInfo: PageInfo
  }

  type ScheduleRunEdge {
    cursor: String
    node: ScheduleRun
  }

  type ScheduleRunDetails {
    run: ScheduleRun
    targets: [ScheduleTarget]
  }

  type ScheduleTarget {
    botId: ID
    botName: String
    state: String
    commandId: ID
    note: String
  }

  type ScheduleResult {
    success: Boolean
    schedule: ScheduleDetail
  }

  type ScheduleRunResult {
    success: Boolean
    run: ScheduleRun
  }
`;
