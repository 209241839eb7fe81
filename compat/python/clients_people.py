# Who is calling, identities, the graph, locations.
from clients import check, refused


def location(w):
    client = w.client("location")
    data = client.get_connection_data()
    w.me = data.authenticated_user
    check("connection", (w.me.provider_display_name, w.me.is_active, data.deployment_type), ("Jamal Hartnett", True, "hosted"))
    areas = client.get_resource_areas()
    check("areas", (len(areas), {a.location_url for a in areas}), (233, {w.root + "/"}))
    check("area", client.get_resource_area("5264459e-e5e0-4bd8-b118-0985e68a4ec5").name, "wit")
    check("services", client.get_service_definitions(), [])


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
    check("read anew", len(client.refresh_members_of(other.id)) > 0, True)
    check("removed", client.remove_member(billing, other.id), True)
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
    client.remove_membership(christie.descriptor, readers.descriptor)
    refused("removed", lambda: client.get_membership(christie.descriptor, readers.descriptor), "GraphSubjectNotFoundException", "")
    # The package's model of a new group lacks the name, so that people add it as here.
    context = type("NewGroup", (type(w.model("graph", "GraphGroupCreationContext")),), {"_attribute_map": {
        "display_name": {"key": "displayName", "type": "str"}, "description": {"key": "description", "type": "str"}}})()
    context.display_name, context.description = "Auditors", "Look on"
    made = client.create_group(context, scope_descriptor=scope)
    check("group made", (made.display_name, made.description, made.principal_name), ("Auditors", "Look on", f"[{w.name}]\\Auditors"))
    renamed = client.update_group(made.descriptor, w.patch("graph", ("replace", "/displayName", "Inspectors")))
    check("group renamed", (renamed.descriptor, renamed.display_name), (made.descriptor, "Inspectors"))
    client.delete_group(made.descriptor)
    refused("group deleted", lambda: client.get_group(made.descriptor), "GraphSubjectNotFoundException", "")
    looked = client.lookup_subjects({"lookupKeys": [{"descriptor": christie.descriptor}, {"descriptor": readers.descriptor}]})
    check("lookup", {d: s.display_name for d, s in looked.items()}, {christie.descriptor: christie.display_name, readers.descriptor: "Readers"})
    check("query", [s.descriptor for s in client.query_subjects({"query": "Christie", "subjectKind": ["User"]})], [christie.descriptor])
