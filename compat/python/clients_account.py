# What belongs to the organization or to a person: settings, switches of features, accounts.
from clients import check

BOARDS = "ms.vss-work.agile"


def settings(w):
    client = w.client("settings")
    client.client._serialize.body = lambda body, _: body  # the package's own way takes no dictionary, whatever it holds
    client.set_entries({"Paper/Color": "blue", "Paper/Size": 4}, "me")
    check("mine", client.get_entries("me", "Paper"), {"Color": "blue", "Size": 4})
    client.remove_entries("me", "Paper/Color")
    check("left", client.get_entries("me", "Paper"), {"Size": 4})
    client.set_entries_for_scope({"Paper/Size": 3}, "host", "project", w.project)
    check("of the project", client.get_entries_for_scope("host", "project", w.project, "Paper"), {"Size": 3})
    client.remove_entries_for_scope("host", "project", w.project, "Paper")
    check("none left", client.get_entries_for_scope("host", "project", w.project, "Paper"), {})


def features(w):
    client = w.client("feature_management")
    check("feature", (client.get_feature(BOARDS).name, BOARDS in [f.id for f in client.get_features()]), ("Boards", True))
    check("state", client.get_feature_state(BOARDS, "host").state, "enabled")
    at = ("host", "project", w.project)
    switch = lambda state: {"featureId": BOARDS, "scope": {"settingScope": "project", "userScoped": False}, "state": state}
    check("off", client.set_feature_state_for_scope(switch("disabled"), BOARDS, *at).state, "disabled")
    check("off for the project", client.get_feature_state_for_scope(BOARDS, *at).state, "disabled")
    asked = {"featureIds": [BOARDS], "scopeValues": {"project": w.project}}
    states = lambda answer: {name: s.state for name, s in answer.feature_states.items()}
    check("asked for the project", states(client.query_feature_states_for_named_scope(asked, *at)), {BOARDS: "disabled"})
    check("asked for all", states(client.query_feature_states_for_default_scope({"featureIds": [BOARDS], "scopeValues": {}}, "host")), {BOARDS: "enabled"})
    check("asked", states(client.query_feature_states(asked)), {BOARDS: "disabled"})
    check("on", client.set_feature_state_for_scope(switch("enabled"), BOARDS, *at).state, "enabled")
    check("on for all", client.set_feature_state(switch("enabled"), BOARDS, "host").state, "enabled")


def accounts(w):
    found = w.client("accounts").get_accounts(member_id=w.me.id)
    check("accounts", "fabrikam" in [a.account_name for a in found], True)


def telemetry(w):
    w.client("customer_intelligence").publish_events([{"area": "Tests", "feature": "Clients", "properties": {}}])
    w.client("client_trace").publish_events([{"area": "Tests", "feature": "Clients", "properties": {}}])
