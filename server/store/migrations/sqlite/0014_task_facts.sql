-- The twin of migrations/postgres/0014_task_facts.sql.
-- What was wrong with the certification authority's last answer about a task, until one is right or the task goes on.
ALTER TABLE certificate_tasks ADD COLUMN authority_fault TEXT;
-- Why the link of the last invitation was last refused: an entry of the audit log for each reason, not for each try.
ALTER TABLE certificate_tasks ADD COLUMN link_fault TEXT;
-- When it took its last step: pages are sorted by it.
ALTER TABLE certificate_tasks ADD COLUMN moved_at INTEGER;
UPDATE certificate_tasks SET moved_at = (
    SELECT MAX(s.at) FROM task_steps AS s
    WHERE s.organization_id = certificate_tasks.organization_id AND s.task_id = certificate_tasks.id
);
-- Those that the authority was never asked about come first.
CREATE INDEX certificate_tasks_new ON certificate_tasks (ask_at, id) WHERE ask_at IS NOT NULL AND submitted IS NULL;
