/** Headers that pages of the console send and read beside their own requests. Browser-safe. */

/** The id of the person the page was made for; a request that arrives with another person's session is refused. */
export const PAGE_USER_HEADER = "x-muster-page-user";

/** On answers to such pages: the build the server runs, so that a page learns that it is out of date. */
export const BUILD_HEADER = "x-muster-build";
