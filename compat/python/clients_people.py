# Who is calling, identities, the graph, locations.
from azure.devops._models import VssJsonCollectionWrapper
from msrest.serialization import Model

from clients import check, refused


def location(w):
    client = w.client("location")
    data = client.get_connection_data()
    w.me = data.authenticated_user
    check("connection", (w.me.provider_display_name, w.me.is_active, data.deployment_type), ("Jamal Hartnett", True, "hosted"))
    areas = client.get_resource_areas()
    check("areas", (len(areas), {a.location_url for a in areas}), (233, {w.root + "/"}))
    check("area", client.get_resource_area("5264459e-e5e0-4bd8-b118-0985e68a4ec5").name, "wit")
    host = data.instance_id
    check("areas of a host", ({a.location_url for a in client.get_resource_areas_by_host(host)}, client.get_resource_area_by_host(areas[0].id, host).name),
          ({w.root + "/"}, areas[0].name))
    check("services", client.get_service_definitions(), [])
    service = {"serviceType": "Ferry", "identifier": "6f0cf3a4-1c39-4f5e-8a55-7f1f8f4f6d01", "displayName": "Ferry", "relativeToSetting": "fullyQualified",
               "locationMappings": [{"accessMappingMoniker": "PublicAccessMapping", "location": "https://ferry.example.com/"}]}
    client.update_service_definitions(VssJsonCollectionWrapper(count=1, value=[service]))
    ferry = client.get_service_definition("Ferry", service["identifier"])
    check("service", (ferry.display_name, [m.location for m in ferry.location_mappings]), ("Ferry", ["https://ferry.example.com/"]))
    check("services of a kind", [s.identifier for s in client.get_service_definitions("Ferry")], [ferry.identifier])
    client.delete_service_definition("Ferry", ferry.identifier)
    refused("service deleted", lambda: client.get_service_definition("Ferry", ferry.identifier), "ServiceDefinitionDoesNotExistException", "Ferry")


class _New(Model):
    """What is to be made. The package's models of that lack all members but one, so that people make their own as here."""
    _attribute_map = {name: {"key": key, "type": "str"} for name, key in {
        "display_name": "displayName", "description": "description", "principal_name": "principalName", "origin_id": "originId"}.items()}

    def __init__(self, **members):
        vars(self).update(dict.fromkeys(self._attribute_map), **members)


def profile(w):
    me = w.client("profile").get_profile("me")
    check("profile", (me.id, me.core_revision, me.revision), (w.me.id, 1, 1))  # the package's model has no names


def identities(w):
    client = w.client("identity")
    found = client.read_identities(search_filter="General", filter_value="jamal@fabrikam.com")
    check("search", [(i.id, i.provider_display_name, i.subject_descriptor) for i in found], [(w.me.id, "Jamal Hartnett", w.me.subject_descriptor)])
    check("by ids", [i.id for i in client.read_identities(identity_ids=w.me.id)], [w.me.id])
    check("by descriptor", [i.id for i in client.read_identities(subject_descriptors=w.me.subject_descriptor)], [w.me.id])
    check("one", client.read_identity(w.me.id).provider_display_name, "Jamal Hartnett")
    check("batch", [i.id for i in client.read_identity_batch({"identityIds": [w.me.id]})], [w.me.id])
    check("self", client.get_self().id, w.me.id)
    check("descriptor", client.get_descriptor_by_id(w.me.id), w.me.descriptor)
    sequence = client.get_max_sequence_id()
    billing = w.payments
    other = client.read_identities(search_filter="General", filter_value="Christie")[0]
    check("added", client.add_member(billing, other.id), True)
    check("members", other.descriptor in [str(m) for m in client.read_members(billing)], True)
    check("of", len(client.read_members_of(other.id)) > 0, True)
    team = client.read_identity(billing).descriptor
    check("one member", (client.read_member(billing, other.id), client.read_member_of(other.id, billing)), (other.descriptor, team))
    check("read anew", len(client.refresh_members_of(other.id)) > 0, True)
    check("removed", client.remove_member(billing, other.id), True)
    refused("no member", lambda: client.read_member(billing, other.id), "IdentityNotFoundException", other.id)
    check("removed by force", (client.add_member(billing, other.id), client.force_remove_member(billing, other.id, True)), (True, True))
    refused("no member again", lambda: client.read_member_of(other.id, billing), "IdentityNotFoundException", billing)
    written = w.client("graph").create_group(_New(display_name="Pilots"), scope_descriptor=w.client("graph").get_descriptor(w.project).value)
    pilots = client.read_identities(subject_descriptors=written.descriptor)[0]
    describe = lambda text: pilots.properties.update({"Description": {"$type": "System.String", "$value": text}})
    describe("Bring ships in")
    client.update_identity(pilots, pilots.id)
    described = lambda: w.client("graph").get_group(written.descriptor).description
    check("changed", described(), "Bring ships in")
    describe("Bring ships out")
    updated = client.update_identities(VssJsonCollectionWrapper(count=1, value=[{"id": pilots.id, "properties": pilots.properties}]))
    check("several changed", ([(u.id, u.updated) for u in updated], described()), ([(pilots.id, True)], "Bring ships out"))
    w.client("graph").delete_group(written.descriptor)
    scope = client.get_scope_by_name(w.name)
    check("scope", (scope.local_scope_id, client.get_scope_by_id(w.project).id, scope.scope_type), (w.project, scope.id, "teamProject"))
    (made,) = client.create_groups({"scopeId": scope.id, "groups": [{"providerDisplayName": "Stewards"}]})
    listed = lambda: [g.id for g in client.list_groups(scope_ids=scope.id)]
    check("group of a scope", made.id in listed(), True)
    client.delete_group(made.id)
    check("group deleted", made.id in listed(), False)
    check("sequence", client.get_max_sequence_id() > sequence, True)


def graph(w):
    client = w.client("graph")
    scope = client.get_descriptor(w.project).value
    groups = client.list_groups(scope_descriptor=scope).graph_groups
    check("groups", sorted(g.display_name for g in groups), sorted(
        ["Billing", "Build Administrators", "Contributors", "Project Administrators", "Project Valid Users", "Readers", w.name + " Team"]))
    readers = next(g for g in groups if g.display_name == "Readers")
    check("group", (readers.principal_name, readers.origin, readers.domain), (f"[{w.name}]\\Readers", "vsts", "vstfs:///Classification/TeamProject/" + w.project))
    check("read", client.get_group(readers.descriptor).display_name, "Readers")
    users = client.list_users().graph_users
    christie = next(u for u in users if u.display_name.startswith("Christie"))
    check("user", client.get_user(christie.descriptor).principal_name, christie.principal_name)
    key = client.get_storage_key(christie.descriptor).value
    check("key and back", client.get_descriptor(key).value, christie.descriptor)
    client.add_membership(christie.descriptor, readers.descriptor)
    made = client.get_membership(christie.descriptor, readers.descriptor)
    check("membership", (made.member_descriptor, made.container_descriptor), (christie.descriptor, readers.descriptor))
    client.check_membership_existence(christie.descriptor, readers.descriptor)
    check("members", [m.member_descriptor for m in client.list_memberships(readers.descriptor, direction="down")], [christie.descriptor])
    check("state", client.get_membership_state(christie.descriptor).active, True)
    check("provider", client.get_provider_info(christie.descriptor).origin_id, christie.origin_id)
    check("avatar", (client.get_avatar(christie.descriptor, size="large").size, client.get_avatar(christie.descriptor).is_auto_generated), ("large", True))
    made_up, dot = client.get_avatar(christie.descriptor).value, "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
    client.set_avatar({"value": dot}, christie.descriptor)
    given = client.get_avatar(christie.descriptor)
    check("avatar set", (given.is_auto_generated, given.value != made_up), (False, True))
    client.delete_avatar(christie.descriptor)
    check("avatar deleted", client.get_avatar(christie.descriptor).value, made_up)
    core, team = w.client("core"), client.get_descriptor(w.default_team).value
    core.set_project_avatar({"image": dot}, w.project)
    check("avatar of the project", client.get_avatar(team).value, given.value)
    core.remove_project_avatar(w.project)
    check("avatar removed", client.get_avatar(team).is_auto_generated, True)
    client.remove_membership(christie.descriptor, readers.descriptor)
    refused("removed", lambda: client.get_membership(christie.descriptor, readers.descriptor), "GraphMembershipNotFoundException", "VS403328")
    made = client.create_group(_New(display_name="Auditors", description="Look on"), scope_descriptor=scope)
    check("group made", (made.display_name, made.description, made.principal_name), ("Auditors", "Look on", f"[{w.name}]\\Auditors"))
    renamed = client.update_group(made.descriptor, w.patch("graph", ("replace", "/displayName", "Inspectors")))
    check("group renamed", (renamed.descriptor, renamed.display_name), (made.descriptor, "Inspectors"))
    client.delete_group(made.descriptor)
    refused("group deleted", lambda: client.get_group(made.descriptor), "GraphSubjectNotFoundException", "VS403325")
    looked = client.lookup_subjects({"lookupKeys": [{"descriptor": christie.descriptor}, {"descriptor": readers.descriptor}]})
    check("lookup", {d: s.display_name for d, s in looked.items()}, {christie.descriptor: christie.display_name, readers.descriptor: "Readers"})
    check("query", [s.descriptor for s in client.query_subjects({"query": "Christie", "subjectKind": ["User"]})], [christie.descriptor])
    who = f"rona.{w.name.split()[1]}@example.com"
    rona = client.create_user(_New(principal_name=who), group_descriptors=[readers.descriptor])
    check("user made", (rona.principal_name, rona.subject_kind, client.get_membership(rona.descriptor, readers.descriptor).container_descriptor),
          (who, "user", readers.descriptor))
    check("user stays", client.update_user(_New(origin_id=rona.origin_id), rona.descriptor).descriptor, rona.descriptor)
    refused("another one", lambda: client.update_user(_New(origin_id=w.me.id), rona.descriptor), "IdentityNotFoundException", w.me.id)
    client.delete_user(rona.descriptor)
    check("user removed", client.get_membership_state(rona.descriptor).active, False)
    if not client.has("create_service_principal"):
        return
    robot = client.create_service_principal(_New(display_name="Robot"))
    check("service principal", (robot.display_name, robot.descriptor.split(".")[0]), ("Robot", "aadsp"))
    check("service principal read", client.get_service_principal(robot.descriptor).application_id, robot.application_id)
    listed = lambda: [s.descriptor for s in client.list_service_principals().graph_service_principals]
    check("service principals", robot.descriptor in listed(), True)
    client.delete_service_principal(robot.descriptor)
    check("service principal removed", robot.descriptor in listed(), False)
