-- The full-text index again, in blocks (docs/decisions/005-search.md): each term begins with the name of its block of rows.
-- One column is enough, because words and the terms of owner, bot, type and thread differ by their first character.
-- detail=none leaves out the positions of terms, which no search uses. The _terms tables list the terms in order.
-- Removing the marks makes the background index every stored row again.
DROP TABLE "log_fts";
DROP TABLE "message_fts";
CREATE VIRTUAL TABLE "log_fts" USING fts5(terms, content='', contentless_delete=1, detail='none', tokenize='ascii tokenchars _');
CREATE VIRTUAL TABLE "message_fts" USING fts5(terms, content='', contentless_delete=1, detail='none', tokenize='ascii tokenchars _');
CREATE VIRTUAL TABLE "log_fts_terms" USING fts5vocab('log_fts', 'instance');
CREATE VIRTUAL TABLE "message_fts_terms" USING fts5vocab('message_fts', 'instance');
DELETE FROM "setting" WHERE "key" IN ('search.log', 'search.message');
