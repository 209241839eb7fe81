-- hooks: the work item that a notification tells of, by which it is decided who may see it; 0 for older ones.
ALTER TABLE hook_notifications ADD COLUMN item_id bigint NOT NULL DEFAULT 0;
