# Settings, iterations, capacities, backlogs, boards and dashboards of teams.
import datetime

from clients import check, refused


def settings(w):
    work, team = w.client("work"), w.team("work", "Billing")
    root = w.client("work_item_tracking").get_classification_node(w.name, "iterations")
    changed = work.update_team_settings({"backlogIteration": root.identifier, "bugsBehavior": "asTasks", "workingDays": ["monday", "tuesday"]}, team)
    check("settings", (changed.backlog_iteration.id, changed.bugs_behavior, changed.working_days), (root.identifier, "asTasks", ["monday", "tuesday"]))
    read = work.get_team_settings(team)
    check("read", (read.bugs_behavior, read.backlog_visibilities["Microsoft.EpicCategory"]), ("asTasks", changed.backlog_visibilities["Microsoft.EpicCategory"]))
    areas = work.update_team_field_values({"defaultValue": w.name + "\\Shop", "values": [{"value": w.name + "\\Shop", "includeChildren": True}]}, team)
    check("areas", (areas.default_value, [(v.value, v.include_children) for v in areas.values]), (w.name + "\\Shop", [(w.name + "\\Shop", True)]))
    check("areas read", work.get_team_field_values(team).field.reference_name, "System.AreaPath")


def iterations(w):
    work, team = w.client("work"), w.team("work", "Billing")
    w.iteration = w.sprints[1].identifier
    made = work.post_team_iteration({"id": w.iteration}, team)
    check("iteration", (made.id, made.name, made.path), (w.iteration, "Sprint 1", w.name + "\\Sprint 1"))
    work.post_team_iteration({"id": w.sprints[2].identifier}, team)
    check("iterations", [i.name for i in work.get_team_iterations(team)], ["Sprint 1", "Sprint 2"])
    now = datetime.date.today()
    current = [i.name for i in work.get_team_iterations(team, timeframe="current")]
    check("current", current, ["Sprint 1", "Sprint 2"] if datetime.date(2026, 11, 2) <= now <= datetime.date(2026, 11, 13) else [])
    read = work.get_team_iteration(team, w.iteration)
    check("dates", (read.attributes.start_date.date(), read.attributes.finish_date.date()), (datetime.date(2026, 11, 2), datetime.date(2026, 11, 13)))
    work.delete_team_iteration(team, w.sprints[2].identifier)
    check("removed", [i.name for i in work.get_team_iterations(team)], ["Sprint 1"])
    items = work.get_iteration_work_items(team, w.iteration)
    check("items", [(l.rel, l.target.id) for l in items.work_item_relations], [(None, w.story)])


def capacities(w):
    work, team = w.client("work"), w.team("work", "Billing")
    me = w.client("location").get_connection_data().authenticated_user.id
    put = work.replace_capacities_with_identity_ref(
        [{"teamMember": {"id": me}, "activities": [{"name": "Development", "capacityPerDay": 6}], "daysOff": []}], team, w.iteration)
    check("capacities", [(c.team_member.id, c.activities[0].capacity_per_day, c.activities[0].name) for c in put], [(me, 6.0, "Development")])
    changed = work.update_capacity_with_identity_ref(
        {"activities": [{"name": "Testing", "capacityPerDay": 4.5}], "daysOff": [{"start": "2026-11-03T00:00:00Z", "end": "2026-11-03T00:00:00Z"}]}, team, w.iteration, me)
    check("capacity", (changed.activities[0].name, changed.activities[0].capacity_per_day, len(changed.days_off)), ("Testing", 4.5, 1))
    check("read", work.get_capacity_with_identity_ref(team, w.iteration, me).activities[0].name, "Testing")
    totals = work.get_capacities_with_identity_ref_and_totals(team, w.iteration)
    check("totals", (totals.total_capacity_per_day, totals.total_days_off, len(totals.team_members)), (4.5, 1, 1))
    check("of the project", [(t.team_id, t.team_capacity_per_day) for t in work.get_total_iteration_capacities(w.name, w.iteration).teams], [(w.payments, 4.5)])
    off = work.update_team_days_off({"daysOff": [{"start": "2026-11-09T00:00:00Z", "end": "2026-11-09T00:00:00Z"}]}, team, w.iteration)
    check("days off", [(d.start.date(), d.end.date()) for d in off.days_off], [(datetime.date(2026, 11, 9), datetime.date(2026, 11, 9))])
    check("days off read", len(work.get_team_days_off(team, w.iteration).days_off), 1)


def backlogs(w):
    work, team = w.client("work"), w.team("work", "Billing")
    check("levels", [(b.id, b.name) for b in sorted(work.get_backlogs(team), key=lambda b: -b.rank)],
          [("Microsoft.EpicCategory", "Epics"), ("Microsoft.FeatureCategory", "Features"), ("Microsoft.RequirementCategory", "Stories"), ("Microsoft.TaskCategory", "Tasks")])
    check("level", [t.name for t in work.get_backlog(team, "Microsoft.RequirementCategory").work_item_types], ["User Story"])
    check("items", [l.target.id for l in work.get_backlog_level_work_items(team, "Microsoft.RequirementCategory").work_items], [w.story])
    configuration = work.get_backlog_configurations(team)
    check("configuration", (configuration.requirement_backlog.name, configuration.bugs_behavior, configuration.backlog_fields.type_fields["Effort"]),
          ("Stories", "asTasks", "Microsoft.VSTS.Scheduling.StoryPoints"))
    process = work.get_process_configuration(w.name)
    check("process", (process.requirement_backlog.reference_name, process.task_backlog.work_item_types[0].name), ("Microsoft.RequirementCategory", "Task"))
    wit = w.client("work_item_tracking")
    second = wit.create_work_item(w.patch("work_item_tracking", ("add", "/fields/System.Title", "Pay by check"), ("add", "/fields/System.AreaPath", w.name + "\\Shop"),
                                          ("add", "/fields/System.IterationPath", w.name + "\\Sprint 1")), w.name, "User Story").id
    placed = work.reorder_backlog_work_items({"ids": [second], "parentId": 0, "previousId": 0, "nextId": w.story}, team)
    check("reordered", second in [p.id for p in placed], True)
    check("order", [l.target.id for l in work.get_backlog_level_work_items(team, "Microsoft.RequirementCategory").work_items], [second, w.story])
    placed = work.reorder_iteration_work_items({"ids": [second], "parentId": 0, "previousId": w.story, "nextId": 0}, team, w.iteration)
    check("reordered in the iteration", second in [p.id for p in placed], True)
    check("order in it", [l.target.id for l in work.get_backlog_level_work_items(team, "Microsoft.RequirementCategory").work_items], [w.story, second])


def boards(w):
    work, team = w.client("work"), w.team("work", "Billing")
    check("boards", sorted(b.name for b in work.get_boards(team)), ["Features", "Stories"])
    board = work.get_board(team, "Stories")
    check("board", (board.name, [c.name for c in board.columns], board.is_valid), ("Stories", ["New", "Active", "Resolved", "Closed"], True))
    columns = work.get_board_columns(team, "Stories")
    columns[1].item_limit, columns[1].name = 3, "Doing"
    changed = work.update_board_columns(columns, team, "Stories")
    check("columns", [(c.name, c.item_limit) for c in changed], [("New", 0), ("Doing", 3), ("Resolved", 5), ("Closed", 0)])
    rows = work.get_board_rows(team, "Stories")
    check("rows", [(r.id, r.name) for r in rows], [("00000000-0000-0000-0000-000000000000", None)])
    check("row made", [r.name for r in work.update_board_rows(rows + [w.model("work", "BoardRow", name="Urgent")], team, "Stories")], [None, "Urgent"])
    check("suggested", ("Doing" in {c.name for c in work.get_column_suggested_values(w.name)}, "Urgent" in {r.name for r in work.get_row_suggested_values(w.name)}), (True, True))
    rules = {"rules": {"fill": [{"name": "Blocked", "isEnabled": "true", "filter": "[System.Tags] contains 'blocked'", "settings": {"background-color": "#E60017"}}]}}
    check("rules", [r.name for r in work.update_board_card_rule_settings(rules, team, "Stories").rules["fill"]], ["Blocked"])
    check("rules read", [r.filter for r in work.get_board_card_rule_settings(team, "Stories").rules["fill"]], ["[System.Tags] contains 'blocked'"])
    # The package's model of a card has settings of a kind that it lacks a model for: they are plain objects.
    client = work.client
    client._serialize.serialize_type["FieldSetting"] = client._serialize.serialize_object
    client._deserialize.deserialize_type["FieldSetting"] = client._deserialize.deserialize_object
    settings = lambda cards: w.model("work", "BoardCardSettings", cards=cards)
    cards = work.get_board_card_settings(team, "Stories").cards
    check("cards", "System.AssignedTo" in [s["fieldIdentifier"] for s in cards["User Story"]], True)
    cards["User Story"].append({"fieldIdentifier": "System.Reason"})
    for saved in (work.update_board_card_settings(settings(cards), team, "Stories"), work.get_board_card_settings(team, "Stories")):
        check("card changed", saved.cards["User Story"][-1], {"fieldIdentifier": "System.Reason"})
    work.update_taskboard_card_settings(settings({"Task": [{"fieldIdentifier": "System.Tags"}]}), team)  # it has no answer, nor is there a reading method
    check("user settings", work.update_board_user_settings({"autoRefreshState": "false"}, team, "Stories").auto_refresh_state, False)
    check("user settings read", work.get_board_user_settings(team, "Stories").auto_refresh_state, False)
    check("options", work.set_board_options({"cardReordering": "1"}, team, "Stories")["cardReordering"], "1")
    check("charts", [c.name for c in work.get_board_charts(team, "Stories")], ["cumulativeFlow"])
    check("chart changed", work.update_board_chart({"settings": {"hideIncoming": True}}, team, "Stories", "cumulativeFlow").settings["hideIncoming"], True)
    check("chart", work.get_board_chart(team, "Stories", "cumulativeFlow").settings, {"hideIncoming": True, "hideOutgoing": False})
    wit = w.client("work_item_tracking")
    feature = wit.create_work_item(w.patch("work_item_tracking", ("add", "/fields/System.Title", "Payments"), ("add", "/fields/System.AreaPath", w.name + "\\Shop"), ("add", "/relations/-", {
        "rel": "System.LinkTypes.Hierarchy-Forward", "url": f"{w.root}/_apis/wit/workItems/{w.story}"})), w.name, "Feature").id
    parents = work.get_board_mapping_parent_items(team, "Microsoft.RequirementCategory", [w.story])
    check("parents", [(p.id, p.title, p.work_item_type_name, p.child_work_item_ids) for p in parents], [(feature, "Payments", "Feature", [w.story])])


def taskboard(w):
    work, team, wit = w.client("work"), w.team("work", "Billing"), w.client("work_item_tracking")
    before = work.get_columns(team)
    check("columns", ([c.name for c in before.columns], before.is_customized, before.is_valid), (["New", "Active", "Resolved", "Closed"], False, True))
    states = {c.name: {m.work_item_type: m.state for m in c.mappings} for c in before.columns}
    check("states", states, {"New": {"Bug": "New", "Task": "New"}, "Active": {"Bug": "Active", "Task": "Active"}, "Resolved": {"Bug": "Resolved", "Task": "Active"},
                             "Closed": {"Bug": "Closed", "Task": "Closed"}})
    column = lambda name, order, mappings: w.model("work", "UpdateTaskboardColumn", name=name, order=order, mappings=[
        w.model("work", "TaskboardColumnMapping", work_item_type=kind, state=state) for kind, state in mappings.items()])
    changed = work.update_columns([column("New", 0, states["New"]), column("Doing", 1, states["Active"]), column("Review", 2, {"Task": "Active", "Bug": "Resolved"}),
                                   column("Closed", 3, states["Closed"])], team)
    check("columns changed", ([c.name for c in changed.columns], changed.is_customized), (["New", "Doing", "Review", "Closed"], True))
    task = wit.create_work_item(w.patch("work_item_tracking", ("add", "/fields/System.Title", "Print the form"), ("add", "/fields/System.AreaPath", w.name + "\\Shop"),
                                        ("add", "/fields/System.IterationPath", w.name + "\\Sprint 1")), w.name, "Task").id
    work.update_work_item_column({"newColumn": "Review"}, team, w.iteration, task)
    check("cards", [(c.work_item_id, c.column, c.state) for c in work.get_work_item_columns(team, w.iteration) if c.work_item_id == task], [(task, "Review", "Active")])
    check("moved", wit.get_work_item(task, fields=["System.State"]).fields, {"System.State": "Active"})
    refused("unknown column", lambda: work.update_work_item_column({"newColumn": "Nowhere"}, team, w.iteration, task), "VssPropertyValidationException", "Nowhere")
    work.update_taskboard_card_rule_settings({"rules": {"fill": [{"name": "late", "isEnabled": "true", "filter": "[System.Tags] CONTAINS 'late'"}]}}, team)


def plans(w):
    work = w.client("work")
    properties = {"teamBacklogMappings": [{"teamId": w.payments, "categoryReferenceName": "Microsoft.RequirementCategory"}]}
    made = work.create_plan({"name": "Roadmap", "description": "What comes when", "type": "deliveryTimelineView", "properties": properties}, w.name)
    check("plan", (made.name, made.revision, made.type, made.properties, made.created_by_identity.display_name, made.user_permissions),
          ("Roadmap", 1, "deliveryTimelineView", properties, "Jamal Hartnett", "allPermissions"))
    changed = work.update_plan({"name": "Road", "type": "deliveryTimelineView", "properties": properties, "revision": 1}, w.name, made.id)
    check("changed", (changed.id, changed.name, changed.revision), (made.id, "Road", 2))
    refused("stale", lambda: work.update_plan({"name": "Way", "type": "deliveryTimelineView", "properties": properties, "revision": 1}, w.name, made.id), "ViewRevisionMismatchException", "")
    check("plans", [(p.id, p.name, p.properties) for p in work.get_plans(w.name)], [(made.id, "Road", None)])
    check("read", work.get_plan(w.name, made.id).properties, properties)
    shown = work.get_delivery_timeline_data(w.name, made.id, revision=2, start_date=datetime.datetime(2026, 11, 1), end_date=datetime.datetime(2026, 11, 30))
    billing = shown.teams[0]
    check("timeline", (shown.revision, billing.name, billing.status.type, [(i.name, i.status.type) for i in billing.iterations]), (2, "Billing", "ok", [("Sprint 1", "ok")]))
    at = [billing.partially_paged_field_reference_names.index(f) for f in ("System.Id", "System.State")]
    check("cards", (w.story, "Active") in [tuple(item[i] for i in at) for item in billing.iterations[0].partially_paged_work_items], True)
    check("parent", shown.child_id_to_parent_id_map[str(w.story)], next(p.id for p in shown.parent_item_maps if p.title == "Payments"))
    security, namespace = w.client("security"), "bed337f8-e5f3-4fb9-80da-81e17d06e7a8"
    token = f"Plan/{w.client('core').get_project(w.name).id}/{made.id}"
    check("permissions", security.has_permissions(namespace, 15, token), [True])
    work.delete_plan(w.name, made.id)
    refused("deleted", lambda: work.get_plan(w.name, made.id), "ViewNotFoundException", made.id)


def dashboards(w):
    client, team, project = w.client("dashboard"), w.team("dashboard", "Billing"), w.team("dashboard")
    markdown = "ms.vss-dashboards-web.Microsoft.VisualStudioOnline.Dashboards.MarkdownWidget"
    made = client.create_dashboard({"name": "Overview", "description": "What goes on", "refreshInterval": 5, "widgets": [
        {"name": "Notes", "contributionId": markdown, "size": {"rowSpan": 2, "columnSpan": 2}, "position": {"row": 1, "column": 1}, "settings": "# Hi"}]}, team)
    check("dashboard", (made.name, made.description, made.refresh_interval, made.position, made.eTag, made.dashboard_scope, made.group_id),
          ("Overview", "What goes on", 5, 1, "1", "project_Team", w.payments))
    notes = made.widgets[0]
    check("its widget", (notes.name, notes.settings, notes.size.row_span, notes.position.column, notes.contribution_id), ("Notes", "# Hi", 2, 1, markdown))
    own = client.create_dashboard({"name": "Of all", "dashboardScope": "project"}, project)
    check("of the project", (own.dashboard_scope, own.group_id, own.widgets), ("project", None, []))
    check("dashboards", [(d.name, d.widgets) for d in client.get_dashboards_by_project(team)], [("Overview", None)])
    check("dashboards of the project", sorted(d.name for d in client.get_dashboards_by_project(project)), ["Of all", "Overview"])
    changed = client.replace_dashboard({"name": "Start", "eTag": made.eTag}, team, made.id)
    check("replaced", (changed.name, changed.description, changed.eTag, [x.id for x in changed.widgets]), ("Start", "What goes on", "2", [notes.id]))
    refused("stale", lambda: client.replace_dashboard({"name": "Way", "eTag": "1"}, team, made.id), "DashboardETagConflictException", "eTag 2")
    clock = client.create_widget({"name": "Clock", "contributionId": "fabrikam.tools.clock"}, team, made.id)
    check("widget", (clock.name, clock.eTag, clock.dashboard.eTag), ("Clock", "1", "3"))
    check("widget changed", client.update_widget({"settings": "utc"}, team, made.id, clock.id).settings, "utc")
    replaced = client.replace_widget({"name": "Watch", "contributionId": "fabrikam.tools.clock"}, team, made.id, clock.id)
    check("widget replaced", (replaced.name, replaced.settings, replaced.eTag), ("Watch", None, "3"))
    listed = client.get_widgets(team, made.id)
    check("widgets", ([x.name for x in listed.widgets], listed.eTag), (["Notes", "Watch"], '"5"'))
    updated = client.update_widgets([{"id": clock.id, "name": "Clock"}], team, made.id, listed.eTag)
    check("widgets changed", ([x.name for x in updated.widgets], updated.eTag), (["Notes", "Clock"], '"6"'))
    refused("stale list", lambda: client.replace_widgets([], team, made.id, listed.eTag), "DashboardETagConflictException", "eTag 6")
    check("widgets replaced", [x.name for x in client.replace_widgets([{"id": clock.id, "name": "Tower", "contributionId": "fabrikam.tools.clock"}], team, made.id, updated.eTag).widgets], ["Tower"])
    check("widget read", client.get_widget(team, made.id, clock.id).name, "Tower")
    check("widget deleted", client.delete_widget(team, made.id, clock.id).widgets, [])
    check("type", client.get_widget_metadata(markdown, w.name).widget_metadata.name, "Markdown")
    check("types", markdown in [t.contribution_id for t in client.get_widget_types("project_Team", w.name).widget_types], True)
    second = client.create_dashboard({"name": "Second"}, team)
    group = client.replace_dashboards({"dashboardEntries": [{"id": second.id, "position": 1}, {"id": made.id, "position": 2, "name": "Last"}]}, team)
    check("group", [(d.id, d.name, d.position) for d in group.dashboard_entries], [(second.id, "Second", 1), (made.id, "Last", 2)])
    check("left out", [d.id for d in client.replace_dashboards({"dashboardEntries": [{"id": made.id}]}, team).dashboard_entries], [made.id])
    check("read", client.get_dashboard(team, made.id).name, "Last")
    client.delete_dashboard(team, made.id)
    refused("deleted dashboard", lambda: client.get_dashboard(team, made.id), "DashboardDoesNotExistException", made.id)
