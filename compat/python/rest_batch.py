# The founding guide's script for work items. Only the address and the token are ours.
import os

import requests
from requests.auth import HTTPBasicAuth
PAT = os.environ["PAT"]
AZ_DEVOPS_ORG = "youngbinhan"
PROJECT = "samples"
URL = f'{os.environ["ROOT"]}/{AZ_DEVOPS_ORG}/{PROJECT}/_apis/wit/workitemsbatch?api-version=6.1-preview.1'
body = {
    "fields":["System.Id", "System.Title"],
    "ids":[1,2,3]
}
result = requests.post(URL, auth=HTTPBasicAuth('', PAT), json=body)
workItems = result.json()["value"]
for workItem in workItems:
    print(f"[{workItem['id']}] {workItem['fields']['System.Title']}")
print(result.json())
