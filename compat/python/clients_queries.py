# WIQL, saved queries, the streams of reporting.
from clients import check, refused

CHILDREN = ("SELECT [System.Id] FROM WorkItemLinks WHERE [Source].[System.TeamProject] = @project AND "
            "[System.Links.LinkType] = 'System.LinkTypes.Hierarchy-Forward' MODE (Recursive)")


def wiql(w):
    wit = w.client("work_item_tracking")
    team = w.team("work_item_tracking")
    mine = {"query": "SELECT [System.Id], [System.Title] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.AssignedTo] = @me"}
    found = wit.query_by_wiql(mine, team)
    check("flat", ([i.id for i in found.work_items], found.query_type, [c.reference_name for c in found.columns]),
          ([w.story], "flat", ["System.Id", "System.Title"]))
    tree = wit.query_by_wiql({"query": CHILDREN}, team)
    check("tree", (tree.query_type, [(l.rel, l.source and l.source.id, l.target.id) for l in tree.work_item_relations]),
          ("tree", [(None, None, w.story), ("System.LinkTypes.Hierarchy-Forward", w.story, w.task)]))
    check("first", len(wit.query_by_wiql({"query": "SELECT [System.Id] FROM WorkItems"}, team, top=3).work_items), 3)
    refused("unknown field", lambda: wit.query_by_wiql({"query": "SELECT [No.Such] FROM WorkItems"}), "WorkItemTrackingQueryException", "TF51005")


def saved_queries(w):
    wit = w.client("work_item_tracking")
    text = "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.WorkItemType] = 'Task' ORDER BY [System.Id]"
    folder = wit.create_query({"name": "Client", "isFolder": True}, w.name, "Shared Queries")
    check("folder", (folder.path, folder.is_folder, folder.is_public), ("Shared Queries/Client", True, True))
    query = wit.create_query({"name": "Tasks", "wiql": text}, w.name, "Shared Queries/Client")
    check("query", (query.path, query.query_type, query.is_public), ("Shared Queries/Client/Tasks", "flat", True))
    changed = wit.update_query({"name": "All tasks"}, w.name, query.id)
    check("renamed", changed.path, "Shared Queries/Client/All tasks")
    read = wit.get_query(w.name, "Shared Queries/Client/All tasks", expand="all")
    check("read", (read.id, read.wiql, [c.field.reference_name for c in read.clauses.clauses]), (query.id, read.wiql, ["System.TeamProject", "System.WorkItemType"]))
    check("roots", [(q.name, q.is_public or False) for q in wit.get_queries(w.name, depth=1)], [("My Queries", False), ("Shared Queries", True)])
    check("search", [q.name for q in wit.search_queries(w.name, "all task").value], ["All tasks"])
    check("batch", [q.name for q in wit.get_queries_batch({"ids": [query.id, folder.id]}, w.name)], ["All tasks", "Client"])
    check("result", w.task in [i.id for i in wit.query_by_id(query.id, w.team("work_item_tracking")).work_items], True)
    wit.get_query_result_count(query.id, w.team("work_item_tracking"))  # the client drops the header with the number
    wit.delete_query(w.name, folder.id)
    refused("deleted", lambda: wit.get_query(w.name, query.id), "QueryItemNotFoundException", "TF401243")


def temporary_queries(w):
    wit = w.client("work_item_tracking")
    if wit.has("create_temp_query"):
        text = f"SELECT [System.Id] FROM WorkItems WHERE [System.Id] = {w.story}"
        made = wit.create_temp_query({"wiql": text}, w.name)
        check("temporary query", [i.id for i in wit.query_by_id(made.id, w.team("work_item_tracking")).work_items], [w.story])


def activity(w):
    wit = w.client("work_item_tracking")
    recent = {a.id: a for a in wit.get_recent_activity_data()}
    check("recent activity", (recent[w.story].title, recent[w.story].team_project, recent[w.story].work_item_type),
          ("Pay by card", w.name, "User Story"))
    uri = "vstfs:///Build/Build/4711"
    wit.update_work_item(w.patch("work_item_tracking", ("add", "/relations/-", {"rel": "ArtifactLink", "url": uri, "attributes": {"name": "Build"}})), w.story)
    found = wit.query_work_items_for_artifact_uris({"artifactUris": [uri]}, w.name).artifact_uris_query_result
    check("items of an artifact", [i.id for i in found[uri]], [w.story])
    if wit.has("get_github_connections"):
        check("connections", wit.get_github_connections(w.name), [])


def reporting(w):
    """The package has models of these answers without any members: all that can be seen is that they were decoded."""
    wit = w.client("work_item_tracking")
    page = wit.read_reporting_revisions_get(w.name, fields=["System.Title", "System.State"], types=["User Story"])
    check("stream", type(page).__name__, "ReportingWorkItemRevisionsBatch")
    page = wit.read_reporting_revisions_post({"fields": ["System.Title"], "types": ["Task"], "includeDeleted": False}, w.name)
    check("posted", type(page).__name__, "ReportingWorkItemRevisionsBatch")
    check("discussions", type(wit.read_reporting_discussions(w.name)).__name__, "ReportingWorkItemRevisionsBatch")
    page = wit.get_reporting_links_by_link_type(w.name, link_types=["System.LinkTypes.Hierarchy-Forward"])
    check("links", type(page).__name__, "ReportingWorkItemLinksBatch")
