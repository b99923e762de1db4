/**
 * The schema of document 002 "GraphQL Schema", in the document's words: every field nullable; sizes, percentages, speeds
 * and etas are texts as in its samples. What is beside it (`alerts`, `restoreBackup`, …) is marked.
 */
export const DOCUMENT_SDL = /* GraphQL */ `
  "Any JSON value."
  scalar JSON

  type Query {
    "Document 002: System Status."
    status: SystemStatus
    "Document 002: Logger Statistics. For admins."
    loggerStats: LoggerStats
    "Document 002: Alert Summary, of the alerts the caller may see."
    alertSummary: AlertSummary
    "Alerts, newest first: at most 200. severity is low, medium, high or critical (info and warning are understood)."
    alerts(limit: Int = 50, severity: String): [Alert]
    "Document 002: Backup List. For admins."
    backups: [Backup]
    "Document 002: Plugin List. For staff."
    plugins: [Plugin]
    "Document 002: Task Status."
    taskStatus(taskId: String!): Task
    "Document 002: Download Statistics."
    downloadStats: DownloadStats
  }

  type Mutation {
    "Document 002: Create Backup. For admins."
    createBackup(description: String, backupName: String): BackupResult
    "Puts a backup's state in place of the present one, which is backed up first. For admins."
    restoreBackup(filename: String!): BackupResult
    "Checks a backup's checksums and its database; success tells whether it is whole. For admins."
    verifyIntegrity(filename: String!): BackupResult
    "Document 002: Trigger Alert. level is info, warning or critical; severity (low to critical) may stand in for it. For admins."
    triggerAlert(level: String, message: String!, severity: String): AlertResult
    "Document 002: Enable/Disable Plugin. For admins."
    togglePlugin(pluginName: String!, enabled: Boolean!): Result
    "Document 002: Clear Cache. For admins."
    clearCache: ClearCacheResult
    "Document 002: Restart Service. success is false where there is no such service. For admins."
    restartService(service: String!): Result
  }

  type Subscription {
    "Document 002: Task Progress Updates. Ends when the task does."
    taskProgress(taskId: String!): TaskProgress
    "Document 002: System Metrics Stream, every five seconds."
    systemMetrics: SystemMetrics
  }

  type SystemStatus {
    version: String
    "In words: 5 days, 3 hours."
    uptime: String
    activeTasks: Int
    totalDownloads: Int
    totalUploads: Int
    memoryUsage: String
    cpuUsage: String
    "UTC."
    timestamp: String
  }

  type LoggerStats {
    totalLogs: Int
    errorCount: Int
    warningCount: Int
    infoCount: Int
    criticalCount: Int
    recentErrors: [String]
    logFileSize: String
  }

  type AlertSummary {
    totalAlerts: Int
    criticalAlerts: Int
    warningAlerts: Int
    infoAlerts: Int
    recentAlerts: [Alert]
    subscribers: Int
  }

  type Alert {
    id: ID
    level: String
    severity: String
    message: String
    "UTC."
    timestamp: String
    "firing, acknowledged, snoozed or resolved."
    state: String
    source: String
    count: Int
  }

  type Backup {
    filename: String
    size: String
    "UTC."
    timestamp: String
    description: String
    status: String
  }

  type Plugin {
    name: String
    version: String
    enabled: Boolean
    description: String
    author: String
    hooks: [String]
    state: String
  }

  type Task {
    id: String
    type: String
    status: String
    "Percent."
    progress: Float
    speed: String
    eta: String
    size: String
    downloaded: String
    filename: String
    "UTC."
    startTime: String
    url: String
    error: String
  }

  type TaskProgress {
    taskId: String
    "Percent."
    progress: Float
    speed: String
    eta: String
    status: String
  }

  type DownloadStats {
    todayDownloads: Int
    todayUploads: Int
    totalBandwidth: String
    averageSpeed: String
    topDownloaders: [TopDownloader]
  }

  type TopDownloader {
    userId: ID
    username: String
    downloadCount: Int
    totalSize: String
  }

  type SystemMetrics {
    "UTC."
    timestamp: String
    cpuUsage: String
    memoryUsage: String
    diskUsage: String
    "A second."
    networkIn: String
    "A second."
    networkOut: String
  }

  type Result {
    success: Boolean
    message: String
  }

  type BackupResult {
    success: Boolean
    message: String
    filename: String
  }

  type AlertResult {
    success: Boolean
    message: String
    alert: Alert
  }

  type ClearCacheResult {
    success: Boolean
    message: String
    clearedItems: Int
  }
`;
