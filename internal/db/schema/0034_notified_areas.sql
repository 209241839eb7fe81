-- hooks: the areas, a JSON list of ids, in which the work item was as a notification tells of it: the one of then and, when
-- that is told, the one before. Who may see the notification has to see them as well. Older ones know of none.
ALTER TABLE hook_notifications ADD COLUMN areas text NOT NULL DEFAULT '[]';
