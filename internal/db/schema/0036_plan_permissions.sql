-- access, everywhere: whoever made a delivery plan may do everything with it. The namespace is that of plans, 15 all of its permissions.
INSERT INTO access_lists SELECT s.org_id, 'bed337f8-e5f3-4fb9-80da-81e17d06e7a8', 'plan/' || p.guid || '/' || s.guid, 'Plan/' || p.guid || '/' || s.guid, true
	FROM plans s JOIN projects p ON p.org_id = s.org_id AND p.project_id = s.project_id;
INSERT INTO access_entries SELECT s.org_id, 'bed337f8-e5f3-4fb9-80da-81e17d06e7a8', 'plan/' || p.guid || '/' || s.guid, 'user', s.created_by, 15, 0
	FROM plans s JOIN projects p ON p.org_id = s.org_id AND p.project_id = s.project_id;
