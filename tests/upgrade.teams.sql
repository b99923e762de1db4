-- Rows as the version before teams stored them. The test replaces NOW by the present, because old logs would be pruned.
INSERT INTO "user" (id, username, email, fullname, role, is_active, created_at) VALUES
  (11, 'ada', 'ada@example.org', 'Ada', 'user', 1, NOW),
  (12, 'eve', 'eve@example.org', 'Eve', 'user', 1, NOW),
  (13, 'ben', 'ben@example.org', 'Ben', 'user', 1, NOW);
INSERT INTO bot (id, owner_id, name, status_since, token_hash, token_cipher, created_at, total_commands, completed_commands, total_logs) VALUES
  ('bot_ada_1', 11, 'Archivist', NOW, 'hash 1', 'cipher', NOW, 1, 1, 1),
  ('bot_ada_2', 11, 'Porter', NOW, 'hash 2', 'cipher', NOW, 1, 1, 1),
  ('bot_eve', 12, 'Greeter', NOW, 'hash 3', 'cipher', NOW, 1, 1, 1);
INSERT INTO command (id, bot_id, owner_id, type, status, created_at, completed_at, created_by) VALUES
  ('cmd_1', 'bot_ada_1', 11, 'ping', 'completed', NOW, NOW, 11),
  ('cmd_2', 'bot_ada_2', 11, 'ping', 'completed', NOW, NOW, 11),
  ('cmd_3', 'bot_eve', 12, 'ping', 'completed', NOW, NOW, 12);
INSERT INTO log (bot_id, owner_id, type, message, at) VALUES
  ('bot_ada_1', 11, 'info', 'started', NOW),
  ('bot_ada_2', 11, 'info', 'started', NOW),
  ('bot_eve', 12, 'info', 'started', NOW);
INSERT INTO alert_rule (id, owner_id, global, enabled, definition, created_at, updated_at) VALUES
  ('rule_ada', 11, 0, 0, '{"name":"Gone","enabled":false,"metric":"bot_offline","threshold":300,"window_s":300,"for_s":0,"severity":"high","scope":"own","bot_ids":[],"channels":[],"escalation_channels":[]}', NOW, NOW),
  ('rule_eve', 12, 0, 0, '{"name":"Slow","enabled":false,"metric":"queue_age","threshold":300,"window_s":300,"for_s":0,"severity":"low","scope":"own","bot_ids":[],"channels":[],"escalation_channels":[]}', NOW, NOW),
  ('rule_all', 1, 1, 0, '{"name":"All","enabled":false,"metric":"bot_offline","threshold":300,"window_s":300,"for_s":0,"severity":"high","scope":"all","bot_ids":[],"channels":[],"escalation_channels":[]}', NOW, NOW);
INSERT INTO alert (id, owner_id, rule_id, source, source_name, severity, message, state, first_at, last_at) VALUES
  ('alert_ada', 11, 'rule_ada', 'rule', 'Gone', 'high', 'Archivist is offline', 'acknowledged', NOW, NOW),
  ('alert_all', NULL, 'rule_all', 'rule', 'All', 'high', 'Greeter is offline', 'acknowledged', NOW, NOW);
