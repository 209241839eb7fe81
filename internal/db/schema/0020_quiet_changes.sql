-- db: whoever made the change asked that nobody be notified of it.
ALTER TABLE feed ADD COLUMN is_quiet boolean NOT NULL DEFAULT false;
