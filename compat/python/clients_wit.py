# Areas and iterations, fields, types, tags, templates.
import datetime

from clients import check, refused


def nodes(w):
    wit = w.client("work_item_tracking")
    area = wit.create_or_update_classification_node({"name": "Shop"}, w.name, "areas")
    check("area", (area.name, area.structure_type, area.path, area.has_children), ("Shop", "area", f"\\{w.name}\\Area\\Shop", False))
    below = wit.create_or_update_classification_node({"name": "Cart"}, w.name, "areas", "Shop")
    check("area below", below.path, f"\\{w.name}\\Area\\Shop\\Cart")
    start, finish = datetime.datetime(2026, 11, 2), datetime.datetime(2026, 11, 13)
    w.sprints = {}
    for number in (1, 2):
        node = wit.create_or_update_classification_node(
            {"name": f"Sprint {number}", "attributes": {"startDate": "2026-11-02T00:00:00Z", "finishDate": "2026-11-13T00:00:00Z"}},
            w.name, "iterations")
        w.sprints[number] = node
    check("dates", {k: v for k, v in w.sprints[1].attributes.items()},
          {"startDate": "2026-11-02T00:00:00Z", "finishDate": "2026-11-13T00:00:00Z"})
    check("roots", [(n.structure_type, n.name, len(n.children or [])) for n in wit.get_root_nodes(w.name, depth=2)],
          [("area", w.name, 1), ("iteration", w.name, 5)])
    check("by ids", [n.name for n in wit.get_classification_nodes(w.name, [below.id, area.id])], ["Cart", "Shop"])
    check("by path", wit.get_classification_node(w.name, "areas", "shop/cart").identifier, below.identifier)
    check("tree", [c.name for c in wit.get_classification_node(w.name, "areas", depth=1).children], ["Shop"])
    renamed = wit.update_classification_node({"name": "Basket"}, w.name, "areas", "Shop/Cart")
    check("renamed", (renamed.id, renamed.path), (below.id, f"\\{w.name}\\Area\\Shop\\Basket"))
    wit.delete_classification_node(w.name, "areas", "Shop/Basket", reclassify_id=area.id)
    refused("deleted area", lambda: wit.get_classification_node(w.name, "areas", "Shop/Basket"), "WorkItemTrackingTreeNodeNotFoundException", "VS402485")
    refused("twice", lambda: wit.create_or_update_classification_node({"name": "Shop"}, w.name, "areas"),
            "ClassificationNodeDuplicateNameException", "VS402371")


def fields(w):
    wit = w.client("work_item_tracking")
    if wit.has("get_field"):  # the names of the released clients
        read, list_all, create, update, delete = wit.get_field, wit.get_fields, wit.create_field, wit.update_field, wit.delete_field
    else:
        read, list_all, create, update, delete = (wit.get_work_item_field, wit.get_work_item_fields, wit.create_work_item_field,
                                                  wit.update_work_item_field, wit.delete_work_item_field)
    field = read("System.Title")
    check("field", (field.name, field.type, field.usage, field.read_only, field.is_identity), ("Title", "string", "workItem", False, False))
    in_project, everywhere = list_all(w.name), list_all()
    check("fields", ("System.Title" in {f.reference_name for f in in_project}, len(everywhere) >= len(in_project) > 50), (True, True))
    name = "Custom." + w.name.replace(" ", "").replace("_", "")
    made = create({"name": name[7:], "type": "integer", "usage": "workItem", "description": "A number"})
    check("field made", (made.reference_name, made.type, made.description), (name, "integer", "A number"))
    locked = update({"isLocked": True}, name)
    check("field locked", getattr(locked, "is_locked", True), True)  # the released model has no such member
    update({"isLocked": False}, name)
    delete(name)
    refused("deleted field", lambda: read(name), "WorkItemTrackingFieldDefinitionNotFoundException", "TF51535")


def types(w):
    wit = w.client("work_item_tracking")
    check("types", sorted(t.name for t in wit.get_work_item_types(w.name)),
          ["Bug", "Code Review Request", "Code Review Response", "Epic", "Feature", "Feedback Request", "Feedback Response", "Issue",
           "Shared Parameter", "Shared Steps", "Task", "Test Case", "Test Plan", "Test Suite", "User Story"])
    story = wit.get_work_item_type(w.name, "user story")
    check("type", (story.name, story.reference_name, story.color, story.icon.id),
          ("User Story", "Microsoft.VSTS.WorkItemTypes.UserStory", "0098C7", "icon_book"))
    check("states", [(s.name, s.category) for s in wit.get_work_item_type_states(w.name, "Task")],
          [("New", "Proposed"), ("Active", "InProgress"), ("Closed", "Completed"), ("Removed", "Removed")])
    all_fields = wit.get_work_item_type_fields_with_references(w.name, "Bug", expand="allowedValues")
    severity = next(f for f in all_fields if f.reference_name == "Microsoft.VSTS.Common.Severity")
    check("severities", severity.allowed_values, ["1 - Critical", "2 - High", "3 - Medium", "4 - Low"])
    priority = wit.get_work_item_type_field_with_references(w.name, "Bug", "Microsoft.VSTS.Common.Priority", expand="all")
    check("priority", (priority.name, priority.default_value, priority.allowed_values), ("Priority", "2", ["1", "2", "3", "4"]))
    check("categories", {c.reference_name: c.default_work_item_type.name for c in wit.get_work_item_type_categories(w.name)}["Microsoft.RequirementCategory"],
          "User Story")
    check("category", [t.name for t in wit.get_work_item_type_category(w.name, "Microsoft.BugCategory").work_item_types], ["Bug"])
    check("icons", "icon_book" in {i.id for i in wit.get_work_item_icons()}, True)
    check("icon", wit.get_work_item_icon_json("icon_book", color="009CCC", v=2).id, "icon_book")
    svg = b"".join(wit.get_work_item_icon_svg("icon_book", color="009CCC", v=2))
    check("svg", (b"<svg" in svg, b"009ccc" in svg), (True, True))
    xaml = b"".join(wit.get_work_item_icon_xaml("icon_book", color="009CCC", v=2))
    check("xaml", (b"<Border xmlns=" in xaml, b"009ccc" in xaml), (True, True))
    relation = wit.get_relation_type("System.LinkTypes.Hierarchy-Forward")
    check("relation type", (relation.name, relation.attributes["oppositeEndReferenceName"]), ("Child", "System.LinkTypes.Hierarchy-Reverse"))
    template = wit.get_work_item_template(w.name, "Task")
    check("template of a type", (template.fields["System.State"], template.fields["Microsoft.VSTS.Common.Priority"]), ("New", 2))
    check("relation types", len(wit.get_relation_types()), 21)
    check("artifact links", ("Git", "Branch", "Ref") in {(l.tool_type, l.link_type, l.artifact_type) for l in wit.get_work_artifact_link_types()}, True)


def templates(w):
    wit, team = w.client("work_item_tracking"), w.team("work_item_tracking", "Billing")
    made = wit.create_template({"name": "Small", "description": "A small one", "workItemTypeName": "Task",
                                "fields": {"Microsoft.VSTS.Common.Priority": "4", "System.Tags": "small"}}, team)
    check("template", (made.name, made.work_item_type_name, made.fields), ("Small", "Task", {"Microsoft.VSTS.Common.Priority": "4", "System.Tags": "small"}))
    check("templates", [t.name for t in wit.get_templates(team, workitemtypename="Task")], ["Small"])
    changed = wit.replace_template({"name": "Tiny", "workItemTypeName": "Task", "fields": {"System.Tags": "tiny"}}, team, made.id)
    check("replaced", (changed.id, changed.name, changed.fields), (made.id, "Tiny", {"System.Tags": "tiny"}))
    check("read", wit.get_template(team, made.id).fields, {"System.Tags": "tiny"})
    wit.delete_template(team, made.id)
    check("no template", wit.get_templates(team), [])
