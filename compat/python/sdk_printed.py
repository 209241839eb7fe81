# The founding guide's scripts for the azure-devops package, for the release it was written with. Only the address and
# the token are ours.
import os

from azure.devops.connection import Connection
from msrest.authentication import BasicAuthentication
from azure.devops.v6_0.work_item_tracking import WorkItemBatchGetRequest

personal_access_token = os.environ["PAT"]
organization_url = os.environ["ROOT"] + '/youngbinhan'
PROJECT = "samples"

credentials = BasicAuthentication('', personal_access_token)
connection = Connection(base_url=organization_url, creds=credentials)

core_client = connection.clients.get_core_client()
get_projects_response = core_client.get_projects()
print(get_projects_response.value)
project_names = [ project.name for project in get_projects_response.value]
print(project_names)

client = connection.clients.get_work_item_tracking_client()
body = WorkItemBatchGetRequest(
    ids=[1,2,3],
    fields=["System.Id", "System.Title"])
result = client.get_work_items_batch(body, project=PROJECT)
for work_item in result:
    print(work_item.id, work_item.rev, work_item.fields, work_item.url)
