# The same with the present release, in which lists are plain and models moved; and the other calls people make first.
import os

from azure.devops.connection import Connection
from azure.devops.exceptions import AzureDevOpsServiceError
from azure.devops.v7_0.work_item_tracking import JsonPatchOperation, WorkItemBatchGetRequest
from msrest.authentication import BasicAuthentication


def connect(organization):
    return Connection(base_url=f"{os.environ['ROOT']}/{organization}", creds=BasicAuthentication('', os.environ["PAT"]))


connection = connect("youngbinhan")
print([project.name for project in connection.clients.get_core_client().get_projects()])
result = connection.clients.get_work_item_tracking_client().get_work_items_batch(
    WorkItemBatchGetRequest(ids=[1, 2, 3], fields=["System.Id", "System.Title"]), project="samples")
for work_item in result:
    print(work_item.id, work_item.rev, work_item.fields)

connection = connect("fabrikam")
core_client = connection.clients.get_core_client()
names, skip = [], 0
while page := core_client.get_projects(top=10, skip=skip):
    names += [project.name for project in page]
    skip += len(page)
print(len(names), len(set(names)))
project = core_client.get_project("Fabrikam Fiber", include_capabilities=True)
print(project.id, project.capabilities["versioncontrol"]["sourceControlType"])
print(sorted(team.name for team in core_client.get_teams("Fabrikam Fiber"))[:2])

client = connection.clients.get_work_item_tracking_client()
work_item = client.get_work_item(480, expand="Relations")
print(work_item.id, work_item.fields["System.Title"], work_item.fields["System.AssignedTo"]["displayName"] != "", len(work_item.relations) > 0)
print([w.fields["System.Title"] for w in client.get_work_items([361, 362], fields=["System.Title"])])


def patch(*operations):
    return [JsonPatchOperation(op=op, path=path, value=value) for op, path, value in operations]


created = client.create_work_item(patch(("add", "/fields/System.Title", "From Python")), "Fabrikam Fiber", "Task")
print(created.rev, created.fields["System.Title"], created.fields["System.State"])
updated = client.update_work_item(patch(("test", "/rev", 1), ("add", "/fields/System.State", "In Progress")), created.id)
print(updated.rev, updated.fields["System.State"])
try:
    client.update_work_item(patch(("test", "/rev", 1)), created.id)
except AzureDevOpsServiceError as error:
    print(error.type_key, error.message)
try:
    client.get_work_item(999999)
except AzureDevOpsServiceError as error:
    print(error.type_key, error.message)
