# Work items, their history, comments, attachments and tags.
import io

from clients import check, refused


def items(w):
    wit = w.client("work_item_tracking")
    patch = lambda *operations: w.patch("work_item_tracking", *operations)
    story = wit.create_work_item(patch(("add", "/fields/System.Title", "Pay by card"), ("add", "/fields/System.AreaPath", w.name + "\\Shop"),
                                       ("add", "/fields/System.IterationPath", w.name + "\\Sprint 1"), ("add", "/fields/System.Tags", "money; cards")),
                                 w.name, "User Story")
    w.story = story.id
    check("story", {k: story.fields[k] for k in ("System.State", "System.Reason", "System.AreaPath", "System.Tags", "System.TeamProject")},
          {"System.State": "New", "System.Reason": "New", "System.AreaPath": w.name + "\\Shop", "System.Tags": "cards; money", "System.TeamProject": w.name})
    task = wit.create_work_item(patch(("add", "/fields/System.Title", "Ask the bank"), ("add", "/relations/-", {
        "rel": "System.LinkTypes.Hierarchy-Reverse", "url": f"{w.root}/_apis/wit/workItems/{w.story}", "attributes": {"comment": "part of it"}})),
        w.name, "Task", expand="relations")
    w.task = task.id
    check("link", [(r.rel, r.url.rsplit("/", 1)[1], r.attributes["comment"], r.attributes["name"]) for r in task.relations],
          [("System.LinkTypes.Hierarchy-Reverse", str(w.story), "part of it", "Parent")])
    check("parent", wit.get_work_item(w.task, fields=["System.Parent"]).fields, {"System.Parent": w.story})
    check("validated", wit.create_work_item(patch(("add", "/fields/System.Title", "Never made")), w.name, "Bug", validate_only=True).fields["System.Title"], "Never made")
    refused("no title", lambda: wit.create_work_item(patch(("add", "/fields/System.Title", "")), w.name, "Bug"), "RuleValidationException", "TF401320")
    moved = wit.update_work_item(patch(("test", "/rev", story.rev), ("add", "/fields/System.State", "Active"), ("add", "/fields/System.AssignedTo", "Jamal Hartnett")), w.story)
    check("update", (moved.rev, moved.fields["System.Reason"], moved.fields["System.AssignedTo"]["uniqueName"]), (2, "Implementation started", "jamal@fabrikam.com"))
    check("many", [(i.id, i.fields) for i in wit.get_work_items([w.task, w.story], fields=["System.Title"])],
          [(w.task, {"System.Title": "Ask the bank"}), (w.story, {"System.Title": "Pay by card"})])
    batch = wit.get_work_items_batch({"ids": [w.story], "fields": ["System.State"]}, w.name)
    check("batch", [(i.id, i.rev, i.fields) for i in batch], [(w.story, 2, {"System.State": "Active"})])
    states = wit.get_work_item_next_states_on_checkin_action([w.task], action="checkin")
    check("states by check-in", [(s.id, s.state_on_transition) for s in states], [(w.task, "Closed")])


def history(w):
    wit = w.client("work_item_tracking")
    check("revisions", [(r.rev, r.fields["System.State"]) for r in wit.get_revisions(w.story)], [(1, "New"), (2, "Active")])
    check("revision", wit.get_revision(w.story, 1).fields["System.State"], "New")
    updates = wit.get_updates(w.story)
    check("updates", [(u.id, u.rev, u.fields["System.State"].old_value, u.fields["System.State"].new_value) for u in updates if u.fields and "System.State" in u.fields],
          [(1, 1, None, "New"), (updates[-1].id, 2, "New", "Active")])
    check("update with a link", [u.relations.added[0].rel for u in updates if u.relations], ["System.LinkTypes.Hierarchy-Forward"])
    check("one update", wit.get_update(w.story, 1).fields["System.Title"].new_value, "Pay by card")


def comments(w):
    wit = w.client("work_item_tracking")
    first = wit.add_comment({"text": "First"}, w.name, w.story)
    check("comment", (first.text, first.version, first.created_by.display_name, first.work_item_id), ("First", 1, "Jamal Hartnett", w.story))
    second = first
    if wit.has("add_work_item_comment"):
        second = wit.add_work_item_comment({"text": "**Second**"}, w.name, w.story, "markdown")
        check("markdown", (second.text, second.format), ("**Second**", "markdown"))
        check("changed markdown", wit.update_work_item_comment({"text": "_Second_"}, w.name, w.story, second.id, "markdown").text, "_Second_")
    changed = wit.update_comment({"text": "Changed"}, w.name, w.story, first.id)
    check("changed", (changed.text, changed.version), ("Changed", 2))
    check("read", wit.get_comment(w.name, w.story, first.id).text, "Changed")
    ids = sorted({first.id, second.id})
    listed = wit.get_comments(w.name, w.story, order="asc")
    check("comments", ([c.id for c in listed.comments], listed.count, listed.total_count), (ids, len(ids), len(ids)))
    check("comments by ids", [c.id for c in wit.get_comments_batch(w.name, w.story, ids=[first.id]).comments], [first.id])
    check("versions", [v.text for v in sorted(wit.get_comment_versions(w.name, w.story, first.id), key=lambda v: v.version)], ["First", "Changed"])
    check("version", wit.get_comment_version(w.name, w.story, first.id, 1).text, "First")
    reaction = wit.create_comment_reaction(w.name, w.story, first.id, "like")
    check("reaction", (reaction.type, reaction.count, reaction.is_current_user_engaged), ("like", 1, True))
    check("reactions", [(r.type, r.count) for r in wit.get_comment_reactions(w.name, w.story, first.id)], [("like", 1)])
    check("who", [u.display_name for u in wit.get_engaged_users(w.name, w.story, first.id, "like")], ["Jamal Hartnett"])
    check("reaction taken back", wit.delete_comment_reaction(w.name, w.story, first.id, "like").count, 0)
    wit.delete_comment(w.name, w.story, first.id)
    check("deleted", first.id in {c.id for c in wit.get_comments(w.name, w.story).comments}, False)


def attachments(w):
    wit = w.client("work_item_tracking")
    made = wit.create_attachment(io.BytesIO(b"some bytes"), w.name, file_name="note.txt")
    check("attachment", made.url.rsplit("?", 1)[1], "fileName=note.txt")
    check("content", b"".join(wit.get_attachment_content(made.id, w.name, file_name="note.txt", download=True)), b"some bytes")
    check("content for who takes archives", b"".join(wit.get_attachment_zip(made.id, w.name)), b"some bytes")
    linked = wit.update_work_item(w.patch("work_item_tracking", ("add", "/relations/-", {"rel": "AttachedFile", "url": made.url, "attributes": {"comment": "a note"}})), w.task, expand="relations")
    file = next(r for r in linked.relations if r.rel == "AttachedFile")
    check("attached", (file.attributes["name"], file.attributes["resourceSize"], file.attributes["comment"]), ("note.txt", 10, "a note"))


def tags(w):
    wit = w.client("work_item_tracking")
    check("tags", sorted(t.name for t in wit.get_tags(w.name)), ["cards", "money"])
    renamed = wit.update_tag({"name": "cash"}, w.name, "money")
    check("renamed", (renamed.name, wit.get_tag(w.name, "cash").id), ("cash", renamed.id))
    wit.delete_tag(w.name, "cards")
    check("tags of the item", wit.get_work_item(w.story, fields=["System.Tags"]).fields, {"System.Tags": "cash"})


def recycle_bin(w):
    wit = w.client("work_item_tracking")
    make = lambda title: wit.create_work_item(w.patch("work_item_tracking", ("add", "/fields/System.Title", title)), w.name, "Task").id
    gone, destroyed = make("Gone"), make("Destroyed")
    check("deleted", wit.delete_work_item(gone, w.name).id, gone)
    wit.delete_work_item(destroyed, w.name)
    check("bin", sorted(d.id for d in wit.get_deleted_work_item_shallow_references(w.name)), [gone, destroyed])
    check("bin by ids", [(d.id, d.name) for d in wit.get_deleted_work_items([gone], w.name)], [(gone, "Gone")])
    check("bin by id", wit.get_deleted_work_item(gone, w.name).resource.fields["System.Title"], "Gone")
    check("restored", wit.restore_work_item({"isDeleted": False}, gone, w.name).id, gone)
    wit.destroy_work_item(destroyed, w.name)
    refused("destroyed", lambda: wit.get_deleted_work_item(destroyed, w.name), "WorkItemNotInRecycleBinException", str(destroyed))
    check("after it", [i.fields["System.Title"] for i in wit.get_work_items([gone])], ["Gone"])
    if wit.has("delete_work_items"):
        answer = wit.delete_work_items({"ids": [gone], "destroy": False, "skipNotifications": True}, w.name)
        check("many deleted", [(r.id, r.code) for r in answer.results], [(gone, 200)])
    else:
        wit.delete_work_item(gone)
