package hooks

import "boardwalk/internal/db"

const subscriptionColumns = `subscription_id, project_id, event_type, resource_version, publisher_inputs, consumer_inputs, status,
	base, created_at, created_by, modified_at, modified_by, from_position, failing_since, holder, held_until`

const notificationColumns = `notification_id, event_id, event, status, result, attempts, created_at, modified_at, tried_at, completed_at,
	duration, request, response, error, item_id, areas`

var (
	selectSubscriptions = db.SQL("hooks.selectSubscriptions", `
		SELECT `+subscriptionColumns+` FROM hook_subscriptions WHERE org_id = $1 ORDER BY created_at, subscription_id`)
	selectSubscription = db.SQL("hooks.selectSubscription", `
		SELECT `+subscriptionColumns+` FROM hook_subscriptions WHERE org_id = $1 AND subscription_id = $2`)
	insertSubscription = db.SQL("hooks.insertSubscription", `
		INSERT INTO hook_subscriptions (org_id, subscription_id, project_id, event_type, resource_version, publisher_inputs,
			consumer_inputs, status, base, created_at, created_by, modified_at, modified_by, from_position, notifications, failing_since)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, $11, $12, 0, NULL)`)
	updateSubscription = db.SQL("hooks.updateSubscription", `
		UPDATE hook_subscriptions SET project_id = $3, event_type = $4, resource_version = $5, publisher_inputs = $6,
			consumer_inputs = $7, status = $8, base = $9, modified_at = $10, modified_by = $11, from_position = $12, failing_since = NULL,
			held_until = CASE WHEN holder = '' THEN 0 ELSE held_until END
		WHERE org_id = $1 AND subscription_id = $2`)
	deleteSubscription  = db.SQL("hooks.deleteSubscription", `DELETE FROM hook_subscriptions WHERE org_id = $1 AND subscription_id = $2`)
	deleteNotifications = db.SQL("hooks.deleteNotifications", `DELETE FROM hook_notifications WHERE org_id = $1 AND subscription_id = $2`)

	// What becomes of a subscription by itself never undoes what somebody decided meanwhile.
	judgeSubscription = db.SQL("hooks.judgeSubscription", `
		UPDATE hook_subscriptions SET status = $3, failing_since = $4
		WHERE org_id = $1 AND subscription_id = $2 AND status IN ('enabled', 'onProbation')`)
	countNotifications = db.SQL("hooks.countNotifications", `
		UPDATE hook_subscriptions SET notifications = notifications + $3
		WHERE org_id = $1 AND subscription_id = $2 AND status IN ('enabled', 'onProbation') RETURNING notifications`)

	selectPosition = db.SQL("hooks.selectPosition", `SELECT position FROM hook_positions WHERE org_id = $1`)
	setPosition    = db.SQL("hooks.setPosition", `
		INSERT INTO hook_positions (org_id, position) VALUES ($1, $2) ON CONFLICT (org_id) DO UPDATE SET position = excluded.position`)

	insertNotification = db.SQL("hooks.insertNotification", `
		INSERT INTO hook_notifications (org_id, subscription_id, notification_id, event_id, event, status, result, attempts,
			created_at, modified_at, tried_at, completed_at, duration, request, response, error, item_id, areas)
		VALUES ($1, $2, $3, $4, $5, 'queued', 'pending', 0, $6, $6, NULL, NULL, 0, '', '', '', $7, $8)`)
	selectQueues = db.SQL("hooks.selectQueues", `
		SELECT s.org_id, s.subscription_id FROM hook_subscriptions s WHERE s.org_id = $1 AND s.status IN ('enabled', 'onProbation') AND EXISTS (
			SELECT 1 FROM hook_notifications n WHERE n.org_id = s.org_id AND n.subscription_id = s.subscription_id AND n.status = 'queued')`)
	selectNext = db.SQL("hooks.selectNext", `
		SELECT `+notificationColumns+` FROM hook_notifications
		WHERE org_id = $1 AND subscription_id = $2 AND status = 'queued' ORDER BY notification_id LIMIT $3`)
	selectQueued = db.SQL("hooks.selectQueued", `
		SELECT notification_id FROM hook_notifications WHERE org_id = $1 AND subscription_id = $2 AND status = 'queued' LIMIT 1`)
	selectNotification = db.SQL("hooks.selectNotification", `
		SELECT `+notificationColumns+` FROM hook_notifications WHERE org_id = $1 AND subscription_id = $2 AND notification_id = $3`)
	selectNotifications = db.SQL("hooks.selectNotifications", `
		SELECT `+notificationColumns+` FROM hook_notifications
		WHERE org_id = $1 AND subscription_id = $2 AND ($3 = '' OR status = $3) AND ($4 = '' OR result = $4)
		ORDER BY notification_id DESC LIMIT $5`)
	updateNotification = db.SQL("hooks.updateNotification", `
		UPDATE hook_notifications SET status = $4, result = $5, attempts = $6, modified_at = $7, tried_at = $8, completed_at = $9,
			duration = $10, request = $11, response = $12, error = $13
		WHERE org_id = $1 AND subscription_id = $2 AND notification_id = $3 AND status = 'queued'`)
	forgetNotifications = db.SQL("hooks.forgetNotifications", `
		DELETE FROM hook_notifications WHERE org_id = $1 AND subscription_id = $2 AND notification_id <= $3 AND status = 'completed'`)
)
