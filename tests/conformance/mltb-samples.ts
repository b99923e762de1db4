/** Document 002's GraphQL operations and its WebSocket example, copied, with the answers of this server. */
import { expect } from "vitest";
import type { Json } from "../api";
import { PERCENT, SPEED } from "../graphql";

const PLAIN_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
const WHOLE = expect.toSatisfy(Number.isInteger);
const TEXT = expect.any(String);

/** The operations of "GraphQL Schema" with their answers; a text names the code of the refusal. */
export const OPERATIONS: [sample: string, answer: Json][] = [
  [
    `query {
  status {
    version
    uptime
    activeTasks
    totalDownloads
    totalUploads
    memoryUsage
    cpuUsage
    timestamp
  }
}`,
    {
      status: {
        ...{ version: TEXT, uptime: TEXT, activeTasks: WHOLE, totalDownloads: WHOLE, totalUploads: WHOLE },
        ...{ memoryUsage: PERCENT, cpuUsage: PERCENT, timestamp: PLAIN_TIME },
      },
    },
  ],
  [
    `query {
  loggerStats {
    totalLogs
    errorCount
    warningCount
    infoCount
    criticalCount
    recentErrors
    logFileSize
  }
}`,
    {
      loggerStats: {
        ...{ totalLogs: WHOLE, errorCount: WHOLE, warningCount: WHOLE, infoCount: WHOLE, criticalCount: WHOLE },
        ...{ recentErrors: expect.any(Array), logFileSize: expect.stringMatching(/^\d+(\.\d)? (B|KB|MB)$/) },
      },
    },
  ],
  [
    `query {
  alertSummary {
    totalAlerts
    criticalAlerts
    warningAlerts
    infoAlerts
    recentAlerts {
      level
      message
      timestamp
    }
    subscribers
  }
}`,
    {
      alertSummary: {
        ...{ totalAlerts: WHOLE, criticalAlerts: WHOLE, warningAlerts: WHOLE, infoAlerts: WHOLE, subscribers: WHOLE },
        recentAlerts: expect.any(Array),
      },
    },
  ],
  [
    `query {
  backups {
    filename
    size
    timestamp
    description
    status
  }
}`,
    { backups: expect.any(Array) },
  ],
  [
    `query {
  plugins {
    name
    version
    enabled
    description
    author
    hooks
  }
}`,
    { plugins: expect.arrayContaining([expect.objectContaining({ enabled: false, hooks: expect.any(Array) })]) },
  ],
  [
    `query {
  taskStatus(taskId: "task_123456") {
    id
    type
    status
    progress
    speed
    eta
    size
    filename
    startTime
  }
}`,
    "NOT_FOUND",
  ],
  [
    `query {
  downloadStats {
    todayDownloads
    todayUploads
    totalBandwidth
    averageSpeed
    topDownloaders {
      userId
      username
      downloadCount
      totalSize
    }
  }
}`,
    {
      downloadStats: {
        ...{ todayDownloads: WHOLE, todayUploads: WHOLE, totalBandwidth: TEXT, averageSpeed: SPEED },
        topDownloaders: expect.any(Array),
      },
    },
  ],
  [
    `mutation {
  createBackup(
    description: "Manual backup before update"
    backupName: "pre_update_backup"
  ) {
    success
    message
    filename
  }
}`,
    {
      createBackup: {
        ...{ success: true, message: "Backup created successfully" },
        filename: expect.stringMatching(/^pre_update_backup_\d{8}_\d{6}\.tar\.gz$/),
      },
    },
  ],
  [
    `mutation {
  triggerAlert(
    level: "warning"
    message: "High memory usage detected"
  ) {
    success
    message
  }
}`,
    { triggerAlert: { success: true, message: TEXT } },
  ],
  [
    `mutation {
  togglePlugin(pluginName: "custom_notifier", enabled: true) {
    success
    message
  }
}`,
    "NOT_FOUND",
  ],
  [
    `mutation {
  clearCache {
    success
    message
    clearedItems
  }
}`,
    { clearCache: { success: true, message: TEXT, clearedItems: WHOLE } },
  ],
  [
    `mutation {
  restartService(service: "celery_worker") {
    success
    message
  }
}`,
    { restartService: { success: false, message: TEXT } },
  ],
  [
    `subscription {
  taskProgress(taskId: "task_123456") {
    taskId
    progress
    speed
    eta
    status
  }
}`,
    "NOT_FOUND",
  ],
  [
    `subscription {
  systemMetrics {
    timestamp
    cpuUsage
    memoryUsage
    diskUsage
    networkIn
    networkOut
  }
}`,
    {
      systemMetrics: {
        ...{ timestamp: TEXT, cpuUsage: PERCENT, memoryUsage: PERCENT, diskUsage: PERCENT },
        ...{ networkIn: SPEED, networkOut: SPEED },
      },
    },
  ],
];

export const WEBSOCKET = `
const ws = new WebSocket('ws://localhost:8060/ws');

ws.onopen = () => {
  // Subscribe to task updates
  ws.send(JSON.stringify({
    type: 'subscribe',
    channel: 'task_updates',
    taskId: 'task_123456'
  }));
};

ws.onmessage = (event) => {
  const data = JSON.parse(event.data);
  console.log('Task update:', data);
};
`;
