/**
 * The area of every operation: what an API key needs to call it, if its owner limited the key. An operation that is missing
 * here is closed to such keys, and a test names it. Areas say nothing about roles or about bots of other people: route()
 * and the rooms still decide that.
 */
import { type Actor, isOfChosenBots, isServiceKey, withinArea } from "@/lib/core/actor";
import type { Area } from "@/lib/core/contract.areas";
import { AppError } from "@/lib/core/errors";

/** "any": it needs no right, such as signing in, or it checks the areas of what it is asked for itself, as GraphQL does. */
type Needed = Area | "any";

const OPERATIONS: Record<Needed, string> = {
  any: `
    confirmAlertChannel trackPageView forgotPassword login logout registerAccount resetPassword finishSignIn
    verifyEmail verifyToken verifyTokenByPost authenticateBot getConsole startDiscordSignIn beginDiscordSignIn finishDiscordSignIn
    getHealth getOpenApi getAsyncApi claimSetup getGraphql postGraphql getBotServerHealth getServiceWorker signInByLink
    startPasskeySignIn signInWithPasskey startSsoSignIn finishSsoSignIn joinAccount exchangeAppCode
    getStatusReport getStatusBadge getInvitation acceptInvitation startSsoInvitation startDiscordInvitation ping confirmEmailChange disownChange receiveIncomingWebhook`,
  "bots:read": `
    listAllBots listBots listMyBots getBot getMyBotData getBotData getBotInfo getBotConfig listInstances
    getManifest getCommonManifest getBotSettings getBotStatus getBotUptime getBotStats listBotMaintenance getSeries exportBotData listUserBots
    listOpenBots listJoinRequests listBotGrants getBotTags listBotFacets`,
  "bots:write": `
    createBot updateBot deleteBot putBotSettings keepInstance registerBot registerOpenBot unregisterOpenBot
    refuseBot adoptBot putBotTags changeTags`,
  "bots:report": `
    postLogs postMessages postMetrics syncBotData reportBotStatus putManifest ackCommand reportProgress`,
  "commands:read": `
    listBotCommands pollCommands getCommand listCommands fetchOpenCommands`,
  "commands:send": `
    sendCmd sendCommand createCommand sendBulkCommand cancelCommand retryCommand retryFailedCommands restartBot
    stopBot sendOpenCommand clearOpenCommands`,
  "logs:read": `
    listLogs exportLogs countLogs groupLogs`,
  "messages:read": `
    listMessages exportMessages`,
  "tickets:read": `
    getTicket listTickets listMyTickets countTickets getTicketOptions listTicketAssignees listTicketMessages
    getTicketTranscript getAttachment getCannedReply listCannedReplies`,
  "tickets:write": `
    openTicket updateTicket putTicket deleteTicket assignTicket claimTicket closeTicket reopenTicket mergeTicket
    markTicketRead postTicketMessage sendTicketMessage uploadAttachment deleteAttachment createCannedReply
    updateCannedReply deleteCannedReply`,
  "schedules:read": `
    listSchedules getSchedule previewSchedule listScheduleRuns getScheduleRun`,
  "schedules:write": `
    createSchedule updateSchedule deleteSchedule pauseSchedule resumeSchedule runSchedule`,
  "alerts:read": `
    listAlerts getAlert getAlertSummary listAlertRules getAlertRule dryRunAlertRule listAlertChannels
    getAlertChannel listAlertDeliveries listMaintenanceWindows getMaintenanceWindow
    listStatusPages getStatusPage listStatusIncidents`,
  "alerts:write": `
    triggerAlert acknowledgeAlert resolveAlert snoozeAlert changeAlerts createAlertRule updateAlertRule
    deleteAlertRule createAlertChannel updateAlertChannel deleteAlertChannel testAlertChannel retryAlertDelivery
    createMaintenanceWindow updateMaintenanceWindow endMaintenanceWindow deleteMaintenanceWindow
    createStatusPage updateStatusPage deleteStatusPage renewStatusPageLink
    createStatusIncident addStatusIncidentUpdate deleteStatusIncident`,
  "transfers:read": `
    listTasks getTask listDashboardTasks downloadTask downloadTaskPart`,
  "transfers:write": `
    startDownload pauseTask resumeTask retryTask cancelTask controlTask`,
  "notifications:read": `
    getAppNotificationSettings
    listNotifications countUnreadNotifications listNotificationDeliveries listPushDevices
    getNotificationPreferences getVapidKey`,
  "notifications:write": `
    registerAppToken unregisterAppToken putAppNotificationSettings putOptIns requestGame
    deleteNotification markAllNotificationsRead markNotificationsRead putNotificationPreferences subscribePush
    unsubscribePush registerPushToken unregisterPushToken testPushToken deletePushDevice testPushDevice`,
  "stats:read": `
    getStatsOverview getServerStats getAdminStats getUserStats exportAnalytics getAnalyticsSettings
    listActiveSessions getDashboardStats getSystemStatus getMachineMetrics getLoggerStats getMetrics`,
  "feeds:read": `
    getMemeImage getRandomMeme listMemeTemplates getRankStats listTrackedPlayers
    listPosts listPostLikes getPostImage listMemeSources getMemeFromSource getTestMeme listAppTemplates listLatestMemes
    getMemeReactions listLevelUps listAppRankUps getLeaderboard getProxiedImage getRocketLeagueAccount
    listRocketLeagueAccounts`,
  "feeds:write": `
    trackPlayer untrackPlayer checkRanks
    createPost updatePost deletePost togglePostLike sendMeme sendDailyMeme refreshTemplates generateMeme
    sendGeneratedMeme upvoteMeme reportAppError linkRocketLeagueAccount unlinkRocketLeagueAccount
    postRocketLeagueStats removeRocketLeagueAccount`,
  "account:read": `
    getMe getCurrentMember listSessions listApiKeys listPasskeys listSsoLinks getSecondFactor getDiscordLink
    getOwnProfile getEmailAddress listAudit exportAudit listTeams getTeam getQuotas listTeamMembers listTeamInvitations listTeamKeys listTagGrants
    listWebhooks getWebhook listWebhookDeliveries getWebhookDelivery
    listIncomingWebhooks getIncomingWebhook listViews getView`,
  "users:read": `
    getMemberProfile listGamingMembers
    listUsers searchUsers getUser listUserSessions listInvitations`,
  "server:read": `
    getCogLogs listCogNames listAppSessions listAppErrors
    verifyAudit listAuditStreams previewBroadcast listBroadcasts getRetention getSystemInfo listBackups getBackupSchedule listCogs listPlugins
    getPlugin getPluginLog listServices listConfigChanges getConfig getChannelsConfig getFeaturesConfig
    getGeneralConfig getMemeConfig getRocketLeagueConfig getRolesConfig getServerGuideConfig getTicketsConfig
    getTransfersConfig getWelcomeConfig getQuotasConfig getSecurityConfig getWelcomeTextsConfig getRocketLeagueTextsConfig getXpConfig
    getDailyMemeConfig getDailyMeme listGuildChannels listGuildRoles`,
  admin: `
    loadNamedCog unloadNamedCog reloadNamedCog
    endActiveSession sendBroadcast putRetention putAnalyticsSettings revokeApiKey createApiKey startPasskey addPasskey renamePasskey removePasskey createRecoveryCodes startStepUp stepUp startSsoLink removeSsoLink createUser createResetLink endUserSessions endUserSession deleteUser createInvitation revokeInvitation createTeamInvitation revokeTeamInvitation joinTeam rotateApiKey changePassword
    deleteAccount startDiscordLink removeDiscordLink refreshToken confirmSecondFactor replaceRecoveryCodes
    removeSecondFactor startSecondFactor revokeSession updateProfile resendVerification downloadBackup
    restoreBackup deleteBackup verifyBackup createBackup putBackupSchedule uploadBackup loadCog reloadCog
    unloadCog resetConfigSection undoConfigChange putChannelsConfig putFeaturesConfig putGeneralConfig
    putMemeConfig putRocketLeagueConfig putRolesConfig patchConfig putServerGuideConfig putTicketsConfig
    putTransfersConfig putWelcomeConfig putQuotasConfig putQuotas putSecurityConfig putAuditStream deleteAuditStream putWelcomeTextsConfig putRocketLeagueTextsConfig putXpConfig
    putDailyMemeConfig saveDailyMeme resetDailyMeme regenerateBotToken getBotToken putPluginSettings togglePlugin
    rescanPlugins clearCache restartService updateUser resetSecondFactor createTeam updateTeam deleteTeam transferTeam transferBot
    addTeamMember changeTeamMember removeTeamMember createTeamKey rotateTeamKey revokeTeamKey createBotGrant changeBotGrant endBotGrant
    createTagGrant changeTagGrant endTagGrant startPasskey addPasskey
    renamePasskey removePasskey createRecoveryCodes startSsoLink removeSsoLink startStepUp stepUp startEmailChange
    cancelEmailChange endSessions createWebhook updateWebhook deleteWebhook rotateWebhookSecret testWebhook replayWebhook
    redeliverWebhook createIncomingWebhook updateIncomingWebhook deleteIncomingWebhook rotateIncomingWebhook
    testIncomingWebhook createView updateView deleteView pinView unpinView`,
};

const AREA_OF: ReadonlyMap<string, Needed> = new Map(
  Object.entries(OPERATIONS).flatMap(([area, ids]) =>
    ids
      .trim()
      .split(/\s+/)
      .map((id) => [id, area as Needed] as const),
  ),
);

/** The area that an operation needs. One that nobody has placed yet needs the most. */
export const areaOf = (operationId: string): Needed => AREA_OF.get(operationId) ?? "admin";

/** Every operation that has an area, by its id. */
export const placedOperations = (): string[] => [...AREA_OF.keys()];

/**
 * Operations of the bots' areas that concern no bot a key could be limited to: they make or adopt one, or list those that
 * nobody owns yet.
 */
const BEYOND_BOTS: ReadonlySet<string> = new Set([
  "createBot",
  "adoptBot",
  "refuseBot",
  "listJoinRequests",
  "registerBot",
  "registerOpenBot",
]);

/**
 * The operations that need no area and are open to service keys. The others sign a person in or act on an account, and no
 * person stands behind such a key.
 */
const OPEN_TO_SERVICES: ReadonlySet<string> = new Set([
  "getAsyncApi",
  "getBotServerHealth",
  "getGraphql",
  "getHealth",
  "getOpenApi",
  "ping",
  "postGraphql",
]);

/**
 * The actor as an operation sees it: an API key with scopes of its own has the level of the operation's area.
 *
 * @throws AppError FORBIDDEN naming the scope that the key lacks
 */
export function withinOperation<A extends Actor>(actor: A, operationId: string): A {
  if (actor.kind !== "user" || !actor.limits) return actor;
  const area = areaOf(operationId);
  const isService = isServiceKey(actor);
  if (area === "any") {
    if (isService && !OPEN_TO_SERVICES.has(operationId))
      throw new AppError("FORBIDDEN", "A service key may not do this: it acts for its team, not for a person");
    return actor;
  }
  return withinArea(
    actor,
    (isService || isOfChosenBots(actor.limits)) && BEYOND_BOTS.has(operationId) ? "admin" : area,
  );
}
