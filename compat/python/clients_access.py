# The people who are let in, and the audit log.
import json
from datetime import datetime, timedelta, timezone

from clients import check, refused


def _pia(w):
    return f"pia.{w.name.split()[1]}@example.com"


def entitlements(w):
    client = w.client("member_entitlement_management")
    model = lambda kind, **members: w.model("member_entitlement_management", kind, **members)
    added = client.add_user_entitlement(model("UserEntitlement", access_level=model("AccessLevel", account_license_type="stakeholder"),
                                              user=model("GraphUser", principal_name=_pia(w), subject_kind="user")))
    pia = added.user_entitlement
    check("added", (added.is_success, pia.user.principal_name, pia.access_level.account_license_type), (True, _pia(w), "stakeholder"))
    changed = client.update_user_entitlement(w.patch("member_entitlement_management", ("replace", "/accessLevel", {"accountLicenseType": "express"})), pia.id)
    check("changed", (changed.is_success, changed.user_entitlement.access_level.account_license_type), (True, "express"))
    check("one", client.get_user_entitlement(pia.id).access_level.license_display_name, "Basic")
    found = client.search_user_entitlements(filter=f"name eq '{_pia(w)}'")
    check("found", [m.id for m in found.members], [pia.id])
    if client.has("search_member_entitlements"):
        check("found among all", [m["id"] for m in client.search_member_entitlements(filter=f"name eq '{_pia(w)}'").items], [pia.id])
    check("several", client.update_user_entitlements(w.patch("member_entitlement_management", (
        "replace", f"/{pia.id}/accessLevel", {"accountLicenseType": "advanced"}))).have_results_succeeded, True)
    licensed = lambda: sum(l.assigned for l in client.get_users_summary("Licenses").licenses if l.account_license_type == "advanced")
    before = licensed()
    client.delete_user_entitlement(pia.id)
    refused("removed", lambda: client.get_user_entitlement(pia.id), "IdentityNotFoundException", "TF14045")
    check("licenses", before - licensed(), 1)


def group_entitlements(w):
    """Christie gets from a group what its entitlement says."""
    client = w.client("member_entitlement_management")
    model = lambda kind, **members: w.model("member_entitlement_management", kind, **members)
    christie = w.client("identity").read_identities(search_filter="General", filter_value="Christie")[0]
    level = lambda: client.get_user_entitlement(christie.id).access_level
    before = level().account_license_type
    added = client.add_group_entitlement(model("GroupEntitlement", group=model("GraphGroup", display_name="Analysts " + w.name, subject_kind="group"),
                                               license_rule=model("AccessLevel", account_license_type="advanced")), rule_option="applyGroupRule")
    made = added.results[0].result
    check("added", (added.have_results_succeeded, made.group.display_name, made.license_rule.account_license_type), (True, "Analysts " + w.name, "advanced"))
    client.add_member_to_group(made.id, christie.id)
    members = client.get_group_members(made.id)
    check("members", [m.user.display_name for m in members.members], [christie.provider_display_name])
    check("level of a member", (level().account_license_type, level().assignment_source), ("advanced", "groupRule"))
    changed = client.update_group_entitlement(w.patch("member_entitlement_management", ("replace", "/accessLevel", {"accountLicenseType": "express"})), made.id)
    check("changed", (changed.have_results_succeeded, client.get_group_entitlement(made.id).license_rule.license_display_name), (True, "Basic"))
    check("groups", made.id in [g.id for g in client.get_group_entitlements()], True)
    client.remove_member_from_group(made.id, christie.id)
    check("no members", client.get_group_members(made.id).members, [])
    check("level of its own", level().account_license_type, before)
    check("deleted", client.delete_group_entitlement(made.id, remove_group_membership=True).have_results_succeeded, True)
    refused("group deleted", lambda: client.get_group_entitlement(made.id), "IdentityNotFoundException", made.id)


def service_principals(w):
    client = w.client("member_entitlement_management")
    if not client.has("add_service_principal_entitlement"):
        return
    crane = "6f1d2f0c-6c1b-4c57-9a2b-0a3f8a1f8f12"
    level = lambda license: {"accountLicenseType": license}
    added = client.add_service_principal_entitlement({"accessLevel": level("express"), "servicePrincipal": {
        "displayName": "Crane", "origin": "aad", "originId": crane, "subjectKind": "servicePrincipal"}})
    check("added", (added.is_success, added.service_principal_entitlement.service_principal.display_name), (True, "Crane"))
    read = lambda: client.get_service_principal_entitlement(crane).access_level.account_license_type
    check("read", read(), "express")
    patch = lambda path, license: w.patch("member_entitlement_management", ("replace", path, level(license)))
    check("changed", (client.update_service_principal_entitlement(patch("/accessLevel", "stakeholder"), crane).is_success, read()), (True, "stakeholder"))
    several = client.update_service_principal_entitlements(patch(f"/{crane}/accessLevel", "express"))
    check("several changed", (several.have_results_succeeded, read()), (True, "express"))
    client.delete_service_principal_entitlement(crane)
    refused("deleted", read, "IdentityNotFoundException", crane)


def audit(w):
    """What was done above is there, newest first, in parts and as a file."""
    client = w.client("audit")
    check("actions", [(a.action_id, a.category) for a in client.get_actions("Licensing")],
          [("Licensing.Assigned", "create"), ("Licensing.Modified", "modify"), ("Licensing.Removed", "remove"),
           ("Licensing.GroupRuleCreated", "create"), ("Licensing.GroupRuleModified", "modify"), ("Licensing.GroupRuleDeleted", "remove")])
    start = datetime.now(timezone.utc) - timedelta(hours=1)
    seen, token = [], None
    while True:
        part = client.query_log(start_time=start, batch_size=3, continuation_token=token, skip_aggregation=True)
        seen += part.decorated_audit_log_entries
        token = part.continuation_token
        if not part.has_more:
            break
    pia = [e for e in seen if e.data.get("UserDisplayName") == _pia(w)]
    check("entries", [(e.actor_display_name, e.action_id, e.data["AccessLevel"]) for e in pia], [
        ("Jamal Hartnett", "Licensing.Removed", "advanced"), ("Jamal Hartnett", "Licensing.Modified", "advanced"),
        ("Jamal Hartnett", "Licensing.Modified", "basic"), ("Jamal Hartnett", "Licensing.Assigned", "stakeholder")])
    check("where", {(e.ip_address, e.user_agent.split("/")[0], e.authentication_mechanism.split(":")[0]) for e in pia}, {("127.0.0.1", "python", "PAT authorizationId")})
    check("order", [e.id for e in seen], sorted((e.id for e in seen), key=lambda i: (i.split(";")[0], -int(i.split(";")[2]))))
    check("projects", len([e for e in seen if e.action_id == "Project.CreateCompleted" and e.project_name == w.name]), 1)
    check("before", client.query_log(end_time=start).decorated_audit_log_entries, [])
    text = b"".join(client.download_log("json", start_time=start))
    check("file", [e["actionId"] for e in json.loads(text)][0], "AuditLog.DownloadLog")
