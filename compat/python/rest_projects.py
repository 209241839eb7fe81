# The founding guide's first script. Only the address and the token are ours.
import os

import requests
from requests.auth import HTTPBasicAuth
PAT = os.environ["PAT"]
AZ_DEVOPS_ORG = "youngbinhan"

result = requests.get(f'{os.environ["ROOT"]}/{AZ_DEVOPS_ORG}/_apis/projects?api-version=6.1-preview.4', auth=HTTPBasicAuth('', PAT))
print(result.json())
