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
    check("several", client.update_user_entitlements(w.patch("member_entitlement_management", (
        "replace", f"/{pia.id}/accessLevel", {"accountLicenseType": "advanced"}))).have_results_succeeded, True)
    check("summary", sum(l.assigned for l in client.get_users_summary("Licenses").licenses if l.account_license_type == "advanced"), 1)
    client.delete_user_entitlement(pia.id)
    refused("removed", lambda: client.get_user_entitlement(pia.id), "GraphSubjectNotFoundException", "")


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
