/** Accounts on one page of the list of users. */
export const USER_PAGE = 100;
