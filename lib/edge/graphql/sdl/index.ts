/**
 * The schema of document 002 "GraphQL Schema", in the document's words: every field nullable; sizes, percentages, speeds
 * and etas are texts as in its samples. What is beside it (`alerts`, `restoreBackup`, …) is marked.
 */
export const DOCUMENT_SDL = /* GraphQL */ `
  "Any JSON value."
  scalar JSON

  type Query {
    "The server's version, uptime and load."
    status: SystemStatus
    "Figures of the logs the caller may see; the size of the server's own log file for admins."
    loggerStats: LoggerStats
    "Figures of the alerts the caller may see, and the newest ten."
    alertSummary: AlertSummary
    "Alerts, newest first: at most 200. severity is low, medium, high or critical (info and warning are accepted too)."
    alerts(limit: Int = 50, severity: String): [Alert]
    "Backups, newest first. For admins."
    backups: [Backup]
    "Plugins, enabled or not. For staff."
    plugins: [Plugin]
    "One transfer."
    taskStatus(taskId: String!): Task
    "Figures of transfers: everybody's for staff, else the caller's own."
    downloadStats: DownloadStats
  }

  type Mutation {
    "Takes a backup now; answers when it is whole. For admins."
    createBackup(description: String, backupName: String): BackupResult
    "Puts a backup's state in place of the present one, which is backed up first. For admins."
    restoreBackup(filename: String, "In place of the filename: the backup's name." backupName: String): BackupResult
    "Checks a backup's checksums and its database; success tells whether it is whole. For admins."
    verifyIntegrity(filename: String, "In place of the filename: the backup's name, never a path of the machine." path: String): BackupResult
    "Raises an alert by hand. level is info, warning or critical; severity (low to critical) may stand in for it. For admins."
    triggerAlert(level: String, message: String!, severity: String, "Accepted and not stored: every alert raised by hand has the type manual." alertType: String): AlertResult
    "Enables or disables a plugin. For admins."
    togglePlugin(pluginName: String!, enabled: Boolean!): Result
    "Empties the caches. For admins."
    clearCache: ClearCacheResult
    "Restarts a background service. success is false where there is no such service. For admins."
    restartService(service: String!): Result
  }

  type Subscription {
    "How a transfer gets on, from where it stands now. Ends when it does."
    taskProgress(taskId: String!): TaskProgress
    "The machine's load, now and every five seconds."
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
    user: TaskUser
  }

  type TaskUser {
    id: ID
    username: String
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
