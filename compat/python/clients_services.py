# Permissions, service hooks and search.
import http.server
import json
import queue
import threading

from azure.devops._models import VssJsonCollectionWrapper
from clients import check, refused

PROJECTS = "52d39943-cb85-4d7f-8fa8-c6baac873819"
READ, WRITE, DELETE = 1, 2, 4


def permissions(w):
    client = w.client("security")
    named = client.query_security_namespaces(PROJECTS)
    check("namespace", [(n.name, n.actions[0].bit, n.actions[0].name) for n in named], [("Project", READ, "GENERIC_READ")])
    check("namespaces", {"Project", "CSS", "Iteration", "Tagging"} <= {n.name for n in client.query_security_namespaces()}, True)
    token = "$PROJECT:vstfs:///Classification/TeamProject/" + w.project
    who = w.client("identity").read_identities(search_filter="General", filter_value="Christie")[0].descriptor
    at = lambda: [(a.token, {d: (e.allow, e.deny) for d, e in a.aces_dictionary.items()}) for a in client.query_access_control_lists(PROJECTS, token=token, descriptors=who)]
    given = lambda allow, deny: {"token": token, "merge": True, "accessControlEntries": [{"descriptor": who, "allow": allow, "deny": deny}]}
    check("set", [(e.descriptor, e.allow, e.deny) for e in client.set_access_control_entries(given(READ | WRITE, 0), PROJECTS)], [(who, READ | WRITE, 0)])
    client.set_access_control_entries(given(0, DELETE), PROJECTS)
    check("merged", at(), [(token, {who: (READ | WRITE, DELETE)})])
    left = client.remove_permission(PROJECTS, who, WRITE, token)
    check("one removed", (left.allow, left.deny), (READ, DELETE))
    check("entries removed", (client.remove_access_control_entries(PROJECTS, token, who), [e for _, e in at() if e.get(who, (0, 0)) != (0, 0)]), (True, []))
    tag = "/" + w.project
    tagging = next(n.namespace_id for n in client.query_security_namespaces() if n.name == "Tagging")
    client.set_access_control_entries({"token": tag, "merge": False, "accessControlEntries": [{"descriptor": who, "allow": 2, "deny": 0}]}, tagging)
    allowed = lambda: [(d, e.allow) for a in client.query_access_control_lists(tagging, token=tag) for d, e in a.aces_dictionary.items()]
    check("list", ((who, 2) in allowed(), len(allowed()) > 1), (True, True))
    check("list removed", (client.remove_access_control_lists(tagging, tag), allowed()), (True, []))
    client.set_access_control_lists(VssJsonCollectionWrapper(count=1, value=[{"token": tag, "inheritPermissions": True, "acesDictionary": {
        who: {"descriptor": who, "allow": 1, "deny": 4}}}]), tagging)
    check("list set", [(d, e.allow, e.deny) for a in client.query_access_control_lists(tagging, token=tag) for d, e in a.aces_dictionary.items()], [(who, 1, 4)])
    check("list removed again", (client.remove_access_control_lists(tagging, tag), allowed()), (True, []))
    check("mine", client.has_permissions(PROJECTS, READ, token), [True])
    batch = client.has_permissions_batch({"alwaysAllowAdministrators": False, "evaluations": [{"securityNamespaceId": PROJECTS, "token": token, "permissions": WRITE}]})
    check("batch", [(e.token, e.permissions, e.value) for e in batch.evaluations], [(token, WRITE, True)])


def search(w):
    client = w.client("search")
    ask = lambda text, **more: client.fetch_work_item_search_results({"searchText": text, "$skip": 0, "$top": 10, **more}, w.name)
    found = ask("bank", includeFacets=True)
    check("found", (found.count, [(r.project.name, r.fields["system.id"], r.fields["system.title"]) for r in found.results]), (1, [(w.name, str(w.task), "Ask the bank")]))
    check("highlights", [h.highlights for h in found.results[0].hits if h.field_reference_name == "system.title"], [["Ask the <highlighthit>bank</highlighthit>"]])
    check("facets", [(f.name, f.result_count) for f in found.facets["System.WorkItemType"]], [("Task", 1)])
    check("by type", ask("bank", filters={"System.WorkItemType": ["Bug"]}).count, 0)


def hooks(w):
    client, arrived = w.client("service_hooks"), queue.Queue()

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            arrived.put((self.headers["X-Key"], json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/hook"

    check("publishers", [p.id for p in client.list_publishers()], ["tfs"])
    check("publisher", client.get_publisher("tfs").id, "tfs")
    query = {"currentValues": {"projectId": w.project}, "inputValues": [{"inputId": "workItemType"}, {"inputId": "projectId"}]}
    kinds, projects = client.query_input_values(query, "tfs").input_values
    check("input values", ("User Story" in {v.value for v in kinds.possible_values}, w.project in {v.value for v in projects.possible_values}), (True, True))
    check("publishers asked for", [p.id for p in client.query_publishers({"publisherIds": ["tfs"]}).results], ["tfs"])
    created = client.get_event_type("tfs", "workitem.created")
    check("event", (created.id, created.supported_resource_versions, created.id in {t.id for t in client.list_event_types("tfs")}), ("workitem.created", ["1.0"], True))
    check("consumers", [c.id for c in client.list_consumers()], ["webHooks"])
    check("consumer", [a.id for a in client.get_consumer("webHooks").actions], ["httpRequest"])
    check("actions", [a.id for a in client.list_consumer_actions("webHooks")], ["httpRequest"])
    check("action", "workitem.created" in client.get_consumer_action("webHooks", "httpRequest").supported_event_types, True)

    body = {"publisherId": "tfs", "eventType": "workitem.created", "resourceVersion": "1.0", "consumerId": "webHooks", "consumerActionId": "httpRequest",
            "publisherInputs": {"projectId": w.project, "workItemType": "Task"}, "consumerInputs": {"url": url, "httpHeaders": "X-Key: value"}}
    made = client.create_subscription(body)
    check("subscription", (made.status, made.event_type, made.publisher_inputs["projectId"], made.consumer_inputs["url"], made.created_by.id),
          ("enabled", "workitem.created", w.project, url, w.me.id))
    check("read", client.get_subscription(made.id).publisher_inputs["workItemType"], "Task")
    check("subscriptions", [s.id for s in client.list_subscriptions(event_type="workitem.created")], [made.id])
    check("subscriptions asked for", [s.id for s in client.create_subscriptions_query({"publisherId": "tfs", "publisherInputFilters": [
        {"conditions": [{"inputId": "projectId", "operator": "equals", "inputValue": w.project}]}]}).results], [made.id])

    wit = w.client("work_item_tracking")
    make = lambda kind, title: wit.create_work_item(w.patch("work_item_tracking", ("add", "/fields/System.Title", title)), w.name, kind).id
    make("Issue", "Another type")
    task = make("Task", "Ring the bell")
    key, event = arrived.get(timeout=10)
    check("event arrived", (key, event["eventType"], event["subscriptionId"], event["resource"]["id"], event["resource"]["fields"]["System.Title"]),
          ("value", "workitem.created", made.id, task, "Ring the bell"))
    tested = client.create_test_notification({"subscriptionId": made.id, "details": {"publisherId": "tfs", "eventType": "workitem.created", "consumerId": "webHooks",
                                              "consumerActionId": "httpRequest", "consumerInputs": {"url": url}, "publisherInputs": {"projectId": w.project}}})
    check("test arrived", (tested.subscription_id, arrived.get(timeout=10)[1]["eventType"]), (made.id, "workitem.created"))
    sent = lambda: [n for n in client.get_notifications(made.id, max_results=10, status="completed", result="succeeded") if n.event_id == event["id"]]
    check("completed", w.until(lambda: len(sent())), 1)
    check("notification", client.get_notification(made.id, sent()[0].id).details.event.resource["id"], task)
    asked = client.query_notifications({"subscriptionIds": [made.id], "resultType": "succeeded", "includeDetails": False})
    check("notifications asked for", sent()[0].id in {n.id for n in asked.results}, True)

    changed = client.replace_subscription(dict(body, eventType="workitem.updated", status="disabledByUser"), made.id)
    check("replaced", (changed.id, changed.event_type, changed.status), (made.id, "workitem.updated", "disabledByUser"))
    client.delete_subscription(made.id)
    refused("deleted", lambda: client.get_subscription(made.id), "SubscriptionNotFoundException", made.id)
    check("nothing else arrived", arrived.empty(), True)
    server.shutdown()
