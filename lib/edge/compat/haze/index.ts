/**
 * Adapts routes for document 003's mobile app, where its requests and screens differ from the document. Each file
 * covers one area of the app; the routes and rights stay those of everybody else.
 */

export { ofUserUpdate } from "./accounts";
export { ofRankStats, picture, rankUpsOf } from "./community";
export { dailyMemeOf, storeDailyMeme } from "./daily-meme";
export { cogNamesOf, ofLogs } from "./logs";
export { askToPlay, chooseOptIns, gamingMembersOf, memberProfileOf, ownProfileOf } from "./members";
export { appSwitchesOf, changeAppSwitches } from "./notifications";
export { ofAppSessions, ofProfile } from "./people";
export { isAppRefresh, ofMe, ofSignIn } from "./sign-in";
export {
  changeTicket,
  ofAssignment,
  ofMessages,
  ofOpening,
  ofSending,
  ofTicket,
  ofTicketChange,
  ofTicketSettings,
  ofTickets,
} from "./tickets";
