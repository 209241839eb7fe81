# Pages by continuation token, as in the package's own guide for the release of the founding guide.
import os

from azure.devops.connection import Connection
from msrest.authentication import BasicAuthentication

connection = Connection(base_url=os.environ["ROOT"] + '/fabrikam', creds=BasicAuthentication('', os.environ["PAT"]))
core_client = connection.clients.get_core_client()

names, pages = [], 0
get_projects_response = core_client.get_projects(top=10)
while get_projects_response is not None:
    pages += 1
    names += [project.name for project in get_projects_response.value]
    if get_projects_response.continuation_token is not None and get_projects_response.continuation_token != "":
        get_projects_response = core_client.get_projects(top=10, continuation_token=get_projects_response.continuation_token)
    else:
        get_projects_response = None
print(pages, len(names), len(set(names)))
