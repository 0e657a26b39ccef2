-- The twin of migrations/sqlite/0014_task_faults.sql.
-- What was wrong with the certification authority's last answer about a task, until one is right or the task goes on.
ALTER TABLE certificate_tasks ADD COLUMN authority_fault TEXT COLLATE "C";
-- Why the link of the last invitation was last refused: an entry of the audit log for each reason, not for each try.
ALTER TABLE certificate_tasks ADD COLUMN link_fault TEXT COLLATE "C";
