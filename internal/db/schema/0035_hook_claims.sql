-- hooks: the process that empties the queue of a subscription, and until when nobody else may unless it says so again. An
-- empty holder means that nobody at all tries before then, because the receiver failed.
ALTER TABLE hook_subscriptions ADD COLUMN holder text NOT NULL DEFAULT '';
ALTER TABLE hook_subscriptions ADD COLUMN held_until bigint NOT NULL DEFAULT 0;
