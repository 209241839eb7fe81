# Inherited processes: types, fields, states, rules and lists.
from clients import check, refused
from clients_core import AGILE


def processes(w):
    process = w.client("work_item_tracking_process")
    made = process.create_new_process({"name": "Process of " + w.name, "parentProcessTypeId": AGILE, "description": "A child"})
    w.process = made.type_id
    check("process", (made.name, made.parent_process_type_id, made.customization_type), ("Process of " + w.name, AGILE, "inherited"))
    edited = process.edit_process({"description": "Changed", "isEnabled": True}, w.process)
    check("edited", edited.description, "Changed")
    check("processes", [p.type_id for p in process.get_list_of_processes() if p.name == made.name], [w.process])
    check("agile", [p.name for p in process.get_process_by_its_id(AGILE, expand="projects").projects if p.name == w.name], [w.name])
    refused("a system process", lambda: process.edit_process({"description": "x"}, AGILE), "ProcessSystemProcessException", "")


def types(w):
    process = w.client("work_item_tracking_process")
    made = process.create_process_work_item_type({"name": "Request", "description": "Asked for", "color": "f6546a", "icon": "icon_airplane"}, w.process)
    w.type = made.reference_name
    check("type", (made.name, made.color, made.icon, made.customization), ("Request", "f6546a", "icon_airplane", "custom"))
    check("changed", process.update_process_work_item_type({"description": "Wanted"}, w.process, w.type).description, "Wanted")
    check("types", "Request" in {t.name for t in process.get_process_work_item_types(w.process)}, True)
    check("with states", {s.name for s in process.get_process_work_item_type(w.process, w.type, expand="states").states} >= {"New", "Closed"}, True)
    spare = process.create_process_work_item_type({"name": "Spare", "color": "f6546a", "icon": "icon_airplane"}, w.process)
    process.delete_process_work_item_type(w.process, spare.reference_name)
    check("deleted", "Spare" in {t.name for t in process.get_process_work_item_types(w.process)}, False)


def fields(w):
    process = w.client("work_item_tracking_process")
    listed = process.create_list({"name": "Sizes of " + w.name, "type": "String", "items": ["S", "M"], "isSuggested": False})
    check("list", (listed.type, listed.items), ("String", ["S", "M"]))
    check("list changed", process.update_list({"id": listed.id, "name": listed.name, "type": "String", "items": ["S", "M", "L"]}, listed.id).items, ["S", "M", "L"])
    check("list read", process.get_list(listed.id).items, ["S", "M", "L"])
    check("lists", listed.id in {l.id for l in process.get_lists_metadata()}, True)
    added = process.add_field_to_work_item_type({"referenceName": "Microsoft.VSTS.Scheduling.StoryPoints", "defaultValue": 3, "required": True}, w.process, w.type)
    check("field", (added.name, str(added.default_value), added.required), ("Story Points", "3", True))
    changed = process.update_work_item_type_field({"required": False}, w.process, w.type, "Microsoft.VSTS.Scheduling.StoryPoints")
    check("changed", changed.required, False)
    check("read", process.get_work_item_type_field(w.process, w.type, "Microsoft.VSTS.Scheduling.StoryPoints", expand="all").name, "Story Points")
    check("fields", "Microsoft.VSTS.Scheduling.StoryPoints" in {f.reference_name for f in process.get_all_work_item_type_fields(w.process, w.type)}, True)
    process.remove_work_item_type_field(w.process, w.type, "Microsoft.VSTS.Scheduling.StoryPoints")
    check("removed", "Microsoft.VSTS.Scheduling.StoryPoints" in {f.reference_name for f in process.get_all_work_item_type_fields(w.process, w.type)}, False)
    process.delete_list(listed.id)
    check("no list", listed.id in {l.id for l in process.get_lists_metadata()}, False)


def forms(w):
    process = w.client("work_item_tracking_process")
    page = process.add_page({"label": "More", "order": 1, "visible": True}, w.process, w.type)
    check("page", (page.label, page.visible, page.inherited), ("More", True, None))
    check("page changed", process.update_page({"id": page.id, "label": "Even more"}, w.process, w.type).label, "Even more")
    first = process.add_group({"label": "First", "order": 0, "visible": True}, w.process, w.type, page.id, "Section1")
    second = process.add_group({"label": "Second", "order": 1, "visible": True}, w.process, w.type, page.id, "Section1")
    check("group", (first.label, second.order), ("First", 1))
    check("group changed", process.update_group({"label": "One"}, w.process, w.type, page.id, "Section1", first.id).label, "One")
    moved = process.move_group_to_section({"id": first.id, "label": "One", "order": 0}, w.process, w.type, page.id, "Section2", first.id, remove_from_section_id="Section1")
    check("group moved", moved.label, "One")
    other = process.add_page({"label": "Other", "order": 2, "visible": True}, w.process, w.type)
    process.move_group_to_page({"id": second.id, "label": "Second", "order": 0}, w.process, w.type, other.id, "Section1", second.id,
                               remove_from_page_id=page.id, remove_from_section_id="Section1")
    layout = process.get_form_layout(w.process, w.type)
    placed = {p.label: {s.id: [g.label for g in s.groups or []] for s in p.sections if s.groups} for p in layout.pages}
    check("layout", (placed["Even more"], placed["Other"]), ({"Section2": ["One"]}, {"Section1": ["Second"]}))
    field = "Microsoft.VSTS.Scheduling.Effort"
    process.add_field_to_work_item_type({"referenceName": field}, w.process, w.type)
    control = process.create_control_in_group({"id": field, "label": "Effort", "order": 0, "visible": True, "readOnly": False}, w.process, w.type, first.id)
    check("control", (control.id, control.label), (field, "Effort"))
    check("control changed", process.update_control({"label": "Work"}, w.process, w.type, first.id, field).label, "Work")
    check("control moved", process.move_control_to_group({"id": field, "label": "Work"}, w.process, w.type, second.id, field, remove_from_group_id=first.id).id, field)
    process.remove_control_from_group(w.process, w.type, second.id, field)
    process.remove_group(w.process, w.type, other.id, "Section1", second.id)
    process.remove_page(w.process, w.type, other.id)
    check("removed", [p.label for p in process.get_form_layout(w.process, w.type).pages if p.label in ("Other", "Even more")], ["Even more"])
    changed = process.update_system_control({"label": "Whose"}, w.process, w.type, "System.AssignedTo")
    check("system control", changed.label, "Whose")
    check("system controls", {c.id: c.label for c in process.get_system_controls(w.process, w.type)}["System.AssignedTo"], "Whose")
    process.delete_system_control(w.process, w.type, "System.AssignedTo")


def behaviors(w):
    process = w.client("work_item_tracking_process")
    check("behaviors", {b.reference_name: b.name for b in process.get_process_behaviors(w.process)}["System.RequirementBacklogBehavior"], "Stories")
    check("behavior", process.get_process_behavior(w.process, "System.TaskBacklogBehavior").name, "Tasks")
    story = "Microsoft.VSTS.WorkItemTypes.UserStory"
    check("of a type", [b.behavior.id for b in process.get_behaviors_for_work_item_type(w.process, story)], ["System.RequirementBacklogBehavior"])
    made = process.create_process_behavior({"name": "Initiatives", "color": "009CCC", "inherits": "System.PortfolioBacklogBehavior"}, w.process)
    check("behavior made", (made.name, made.color, made.inherits.behavior_ref_name), ("Initiatives", "009CCC", "System.PortfolioBacklogBehavior"))
    changed = process.update_process_behavior({"name": "Themes", "color": "009CCC"}, w.process, made.reference_name)
    check("behavior changed", changed.name, "Themes")
    added = process.add_behavior_to_work_item_type({"behavior": {"id": made.reference_name}, "isDefault": True}, w.process, w.type)
    check("on a level", (added.behavior.id, added.is_default), (made.reference_name, True))
    check("on it", process.update_behavior_to_work_item_type({"behavior": {"id": made.reference_name}, "isDefault": True}, w.process, w.type).is_default, True)
    process.remove_behavior_from_work_item_type(w.process, w.type, made.reference_name)
    check("off it", process.get_behaviors_for_work_item_type(w.process, w.type), [])
    process.delete_process_behavior(w.process, made.reference_name)
    check("behavior deleted", made.reference_name in {b.reference_name for b in process.get_process_behaviors(w.process)}, False)
    check("one of a type", process.get_behavior_for_work_item_type(w.process, story, "System.RequirementBacklogBehavior").is_default, True)


def states(w):
    process = w.client("work_item_tracking_process")
    made = process.create_state_definition({"name": "Waiting", "color": "b2b2b2", "stateCategory": "InProgress", "order": 2}, w.process, w.type)
    check("state", (made.name, made.color, made.state_category), ("Waiting", "b2b2b2", "InProgress"))
    check("changed", process.update_state_definition({"color": "5688E0"}, w.process, w.type, made.id).color.lower(), "5688e0")
    check("read", process.get_state_definition(w.process, w.type, made.id).name, "Waiting")
    check("states", "Waiting" in {s.name for s in process.get_state_definitions(w.process, w.type)}, True)
    process.delete_state_definition(w.process, w.type, made.id)
    check("deleted", "Waiting" in {s.name for s in process.get_state_definitions(w.process, w.type)}, False)
    process.create_process_work_item_type({"inheritsFrom": "Microsoft.VSTS.WorkItemTypes.Bug", "name": "Bug", "color": "CC293D", "icon": "icon_insect"}, w.process)
    bug = next(t.reference_name for t in process.get_process_work_item_types(w.process) if t.name == "Bug")
    resolved = next(s for s in process.get_state_definitions(w.process, bug) if s.name == "Resolved")
    check("hidden", process.hide_state_definition({"hidden": True}, w.process, bug, resolved.id).hidden, True)


def rules(w):
    process = w.client("work_item_tracking_process")
    body = {"name": "Say why", "conditions": [{"conditionType": "whenChanged", "field": "System.State"}],
            "actions": [{"actionType": "makeRequired", "targetField": "System.Description"}], "isDisabled": False}
    made = process.add_process_work_item_type_rule(body, w.process, w.type)
    check("rule", (made.name, made.conditions[0].condition_type, made.actions[0].target_field), ("Say why", "whenChanged", "System.Description"))
    changed = process.update_process_work_item_type_rule(dict(body, name="Say it", id=made.id), w.process, w.type, made.id)
    check("changed", changed.name, "Say it")
    check("read", process.get_process_work_item_type_rule(w.process, w.type, made.id).name, "Say it")
    check("rules", "Say it" in {r.name for r in process.get_process_work_item_type_rules(w.process, w.type)}, True)
    process.delete_process_work_item_type_rule(w.process, w.type, made.id)
    check("deleted", "Say it" in {r.name for r in process.get_process_work_item_type_rules(w.process, w.type)}, False)


def levels(w):
    template = w.client("work_item_tracking_process_template")
    level = template.get_behavior(w.process, "System.RequirementBacklogBehavior")
    check("level", (level.id, level.inherits, [f.behavior_field_id for f in level.fields]),
          ("System.RequirementBacklogBehavior", "System.OrderedBehavior", ["Order", "Effort"]))
    check("levels", level.name in {b.name for b in template.get_behaviors(w.process)}, True)


def zz_end(w):
    process, wit = w.client("work_item_tracking_process"), w.client("work_item_tracking")
    spare = process.create_new_process({"name": "Spare process of " + w.name, "parentProcessTypeId": AGILE}).type_id
    moved = wit.migrate_projects_process({"typeId": spare}, w.name)
    check("migrated", (moved.process_id, moved.project_id), (spare, w.project))
    template = lambda: w.client("core").get_project(w.name, include_capabilities=True).capabilities["processTemplate"]["templateTypeId"]
    check("its process", template(), spare)
    refused("a process that is used", lambda: process.delete_process_by_id(spare), "ProcessInUseException", "")
    check("and back", (wit.migrate_projects_process({"typeId": AGILE}, w.name).process_id, template()), (AGILE, AGILE))
    process.delete_process_by_id(spare)
    process.delete_process_by_id(w.process)
    check("no process", [p.name for p in process.get_list_of_processes() if p.type_id == w.process], [])
