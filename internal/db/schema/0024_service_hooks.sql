-- hooks, everywhere: who wants to be told what. Inputs are JSON objects of texts; confidential ones of the consumer are
-- sealed with a key that is not in the database. from_position is the change behind which it wants to be told,
-- notifications the number of the last one.
CREATE TABLE hook_subscriptions (
	org_id bigint NOT NULL, subscription_id text NOT NULL, project_id bigint NOT NULL, event_type text NOT NULL,
	resource_version text NOT NULL, publisher_inputs text NOT NULL, consumer_inputs text NOT NULL, status text NOT NULL,
	base text NOT NULL, created_at bigint NOT NULL, created_by bigint NOT NULL, modified_at bigint NOT NULL,
	modified_by bigint NOT NULL, from_position bigint NOT NULL, notifications bigint NOT NULL, failing_since bigint,
	PRIMARY KEY (org_id, subscription_id));

-- hooks, everywhere: the change up to which notifications have been queued.
CREATE TABLE hook_positions (org_id bigint PRIMARY KEY, position bigint NOT NULL);

-- hooks, everywhere: the queues of the subscriptions, and what became of what was in them. event is the body that is
-- sent, without the numbers in front.
CREATE TABLE hook_notifications (
	org_id bigint NOT NULL, subscription_id text NOT NULL, notification_id bigint NOT NULL, event_id text NOT NULL,
	event text NOT NULL, status text NOT NULL, result text NOT NULL, attempts bigint NOT NULL, created_at bigint NOT NULL,
	modified_at bigint NOT NULL, tried_at bigint, completed_at bigint, duration bigint NOT NULL, request text NOT NULL,
	response text NOT NULL, error text NOT NULL,
	PRIMARY KEY (org_id, subscription_id, notification_id));
CREATE INDEX hook_notifications_status ON hook_notifications (org_id, subscription_id, status, notification_id);
