/** Limits of incoming webhooks, for pages that do not load zod. */

/** The most bytes of a request's body. */
export const BODY_MAX = 262_144;
/** The most requests of one incoming webhook in a minute. */
export const REQUESTS_PER_MINUTE = 60;
/** How many of the newest deliveries the log shows. */
export const DELIVERIES_SHOWN = 20;
/** A request with an id that arrived within these hours makes nothing new. */
export const REPEAT_HOURS = 24;
/** The most characters of JSON in the template of a payload. */
export const TEMPLATE_MAX = 16_384;
/** The most characters in the template of a log message. */
export const MESSAGE_MAX = 2_000;
/** The longest secret that a person may enter. */
export const SECRET_MAX = 200;
export const SIGNATURES = ["none", "github", "grafana", "standard"] as const;
/** The headers that templates can read by `{{header:name}}`. Others may tell of the network, or hold credentials. */
export const READ_HEADERS = ["x-github-event", "x-github-delivery", "x-gitlab-event", "webhook-id"] as const;
