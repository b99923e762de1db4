-- Full-text search, written by hand: the models do not know these tables and the drift check leaves them out.
-- rowid is the row's seq. The text itself stays in its table (contentless index), and rows are added in chunks by the
-- indexer, not by triggers: a trigger per row costs five times as much.
-- scope holds tokens that narrow a search inside the index: o<owner id>, b<hex of the bot's id>, t<type>.
CREATE VIRTUAL TABLE "log_fts" USING fts5(message, scope, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE "message_fts" USING fts5(message, scope, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
