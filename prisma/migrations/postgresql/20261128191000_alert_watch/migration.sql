-- The process that watches alert rules is in job_lease now.
DELETE FROM "setting" WHERE "key" = 'alert_watch';
