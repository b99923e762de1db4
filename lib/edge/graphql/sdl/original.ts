/**
 * The words of document 002's own program where they differ from the document's: fields and arguments that its dashboards and
 * tests use. Each answers a true figure of this server, or null where there is none.
 */
export const ORIGINAL_SDL = /* GraphQL */ `
  extend type Query {
    "The folder of backups. For admins."
    backupStats: BackupStats
    "The parts of the server that are switched on."
    systemStatus: SystemParts
    "Background jobs by the duration of their last run, longest first: at most 100. For admins."
    slowOperations(limit: Int = 10): [OperationStats]
    "A background job by its name; null if there is none. For admins."
    operationStats(operation: String!): OperationStats
    "The newest backup, from which this server could be recovered; null if there is none. For admins."
    recoveryStatus: RecoveryStatus
  }

  extend type LoggerStats {
    enabled: Boolean
    "The folder of the server's own log, for admins."
    logDirectory: String
    "Files of the server's own log, for admins."
    logFileCount: Int
    "Bytes of these files, for admins."
    totalSizeBytes: Int
  }

  extend type AlertSummary {
    enabled: Boolean
    criticalCount: Int
    highCount: Int
    mediumCount: Int
    lowCount: Int
  }

  extend type Alert {
    "Its source: manual, rule or plugin."
    alertType: String
    "The first line of its message."
    title: String
    "Null: an alert is about bots or the server, not about one transfer."
    taskId: String
  }

  extend type Backup {
    "Its filename without the ending. restoreBackup and verifyIntegrity take it."
    name: String
    "UTC."
    createdAt: String
    "Rows of its database; null if it cannot be read."
    itemsCount: Int
  }

  extend type BackupResult {
    "The backup's name, as Backup has it."
    backupName: String
    "Of verifyIntegrity: whether it is whole."
    isValid: Boolean
  }

  extend type AlertResult {
    alertId: ID
  }

  type BackupStats {
    enabled: Boolean
    backupDirectory: String
    totalBackups: Int
    totalSize: String
  }

  type SystemParts {
    "UTC."
    timestamp: String
    loggerEnabled: Boolean
    alertsEnabled: Boolean
    backupsEnabled: Boolean
    "Durations of background jobs are always measured."
    profilerEnabled: Boolean
    "Recovery is the restore of a backup."
    recoveryEnabled: Boolean
    "Names of the parts that are switched on, of those that document 002's first phase has."
    phase1Services: [String]
    "The same of its second phase."
    phase2Services: [String]
  }

  type OperationStats {
    name: String
    "Runs since the process started."
    count: Int
    failures: Int
    "Milliseconds; null before the first run has ended."
    lastDuration: Int
    "UTC."
    lastRun: String
  }

  type RecoveryStatus {
    "The backup's filename."
    path: String
    "Whether its description can be read. verifyIntegrity checks all of it."
    isValid: Boolean
    "UTC."
    timestamp: String
  }
`;
