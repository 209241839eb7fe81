# Projects, teams, processes, collections.
from clients import check, refused

AGILE = "adcc42ab-9882-485e-a3ed-7678f01f66bc"


def projects(w):
    core = w.client("core")
    check("processes", sorted((p.name, p.type) for p in core.get_processes() if p.type == "system"),
          [("Agile", "system"), ("Basic", "system"), ("CMMI", "system"), ("Scrum", "system")])
    agile = core.get_process_by_id(AGILE)
    check("process", (agile.name, agile.is_default, agile.type), ("Agile", False, "system"))
    made = core.queue_create_project({
        "name": w.name, "description": "Made by a client", "visibility": "private",
        "capabilities": {"versioncontrol": {"sourceControlType": "Git"}, "processTemplate": {"templateTypeId": AGILE}}})
    check("creation", w.wait(made), "succeeded")
    project = core.get_project(w.name, include_capabilities=True)
    w.project = project.id
    check("project", (project.name, project.description, project.state, project.visibility, project.default_team.name,
                      project.capabilities),
          (w.name, "Made by a client", "wellFormed", "private", w.name + " Team",
           {"processTemplate": {"templateName": "Agile", "templateTypeId": AGILE},
            "versioncontrol": {"sourceControlType": "Git", "gitEnabled": "True", "tfvcEnabled": "False"}}))
    w.default_team = project.default_team.id
    refused("a name that is taken", lambda: core.queue_create_project({
        "name": w.name, "capabilities": {"versioncontrol": {"sourceControlType": "Git"}, "processTemplate": {"templateTypeId": AGILE}}}),
        "ProjectAlreadyExistsException", "TF200019")
    check("update", w.wait(core.update_project({"description": "Changed by a client"}, w.project)), "succeeded")
    check("changed", core.get_project(w.project).description, "Changed by a client")
    listed = core.get_projects(state_filter="wellFormed", top=100)
    collections = core.get_project_collections()
    check("collection", [(c.id, core.get_project_collection(c.id).state) for c in collections], [(collections[0].id, "Started")])
    check("listed", [(p.id, p.description) for p in listed if p.name == w.name], [(w.project, "Changed by a client")])
    refused("unknown project", lambda: core.get_project("Nowhere"), "ProjectDoesNotExistWithNameException", "TF200016")


def properties(w):
    core = w.client("core")
    core.set_project_properties(w.project, w.patch("core", ("add", "/Color", "green"), ("add", "/Size", "small")))
    check("properties", sorted((p.name, p.value) for p in core.get_project_properties(w.project, keys=["Color", "Si*"])),
          [("Color", "green"), ("Size", "small")])
    core.set_project_properties(w.project, w.patch("core", ("remove", "/Size", None)))
    check("property removed", [p.name for p in core.get_project_properties(w.project, keys=["Color", "Size"])], ["Color"])


def teams(w):
    core = w.client("core")
    made = core.create_team({"name": "Payments", "description": "Pays"}, w.project)
    w.payments = made.id
    check("team", (made.name, made.description, made.project_id, made.project_name), ("Payments", "Pays", w.project, w.name))
    check("updated", core.update_team({"name": "Billing"}, w.project, "Payments").name, "Billing")
    check("team by name", core.get_team(w.name, "billing").id, w.payments)
    expanded = core.get_team(w.project, w.payments, expand_identity=True)
    check("identity", (expanded.identity.id, expanded.identity.is_container), (w.payments, True))
    check("teams", sorted(t.name for t in core.get_teams(w.project)), ["Billing", w.name + " Team"])
    check("page of teams", len(core.get_teams(w.project, top=1, skip=1)), 1)
    check("my teams", [t.name for t in core.get_teams(w.project, mine=True)], ["Billing", w.name + " Team"])
    check("all teams", sorted(t.name for t in core.get_all_teams(top=1000) if t.project_id == w.project), ["Billing", w.name + " Team"])
    members = core.get_team_members_with_extended_properties(w.project, w.default_team)
    check("members", [(m.identity.display_name, m.is_team_admin) for m in members], [("Jamal Hartnett", True)])
    spare = core.create_team({"name": "Spare"}, w.project)
    core.delete_team(w.project, spare.id)
    refused("deleted team", lambda: core.get_team(w.project, spare.id), "TeamNotFoundException", spare.id)


def _finish(w):
    core = w.client("core")
    check("deletion", w.wait(core.queue_delete_project(w.project)), "succeeded")
    refused("deleted project", lambda: core.get_project(w.name), "ProjectDoesNotExistWithNameException", "TF200016")
