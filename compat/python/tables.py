# One query of Analytics as JSON pages, an Arrow stream, a Parquet file and CSV, read by pyarrow and Python's own csv: the
# same rows each time.
import base64
import csv
import datetime
import io
import json
import os
import re
import urllib.parse
import urllib.request

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

QUERY = ("$select=WorkItemId,Title,Effort,ChangedDate,AreaSK,TagNames,Day,Age,Long"
         "&$compute=date(ChangedDate) as Day,ChangedDate sub CreatedDate as Age,length(Title) gt 20 as Long"
         "&$expand=Area($select=AreaPath),Parent($select=Title,Effort)&$orderby=WorkItemId")
URL = f"{os.environ['ROOT']}/fabrikam/{urllib.parse.quote('Fabrikam Fiber')}/_odata/v4.0-preview/WorkItems?"
TOKEN = base64.b64encode(f":{os.environ['PAT']}".encode()).decode()


def fetch(url, **headers):
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {TOKEN}", **headers})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def ask(form):
    return fetch(URL + urllib.parse.quote(QUERY + "&$format=" + form, safe="$&=,()"))


def micros(text):
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round((moment - datetime.datetime.fromtimestamp(0, datetime.timezone.utc)) / datetime.timedelta(microseconds=1))


def lasting(text):
    sign, days, hours, minutes, seconds = re.fullmatch(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?", text).groups()
    total = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60_000_000 + round(float(seconds or 0) * 1_000_000)
    return -total if sign else total


def flat(row):
    inner = {name: value or {} for name, value in row.items() if name in ("Area", "Parent")}
    return [row["WorkItemId"], row["Title"], row["Effort"], micros(row["ChangedDate"]), row["AreaSK"], row["TagNames"], row["Day"], lasting(row["Age"]),
            row["Long"], inner["Area"].get("AreaPath"), inner["Parent"].get("Title"), inner["Parent"].get("Effort")]


NAMES = ["WorkItemId", "Title", "Effort", "ChangedDate", "AreaSK", "TagNames", "Day", "Age", "Long", "Area/AreaPath", "Parent/Title", "Parent/Effort"]

want, url = [], URL + urllib.parse.quote(QUERY, safe="$&=,()")
pages = 0
while url:
    page = json.loads(fetch(url, Prefer="odata.maxpagesize=200"))
    want += [flat(row) for row in page["value"]]
    url, pages = page.get("@odata.nextLink"), pages + 1
print("json", pages, len(want), sum(row[2] is None for row in want), sum(row[10] is None for row in want))


def rows(table):
    columns = []
    for name in NAMES:
        column = table.column(name)
        if pa.types.is_timestamp(column.type) or pa.types.is_duration(column.type):
            column = column.cast(pa.int64())
        columns.append([value.isoformat() if isinstance(value, datetime.date) else value for value in column.to_pylist()])
    return [list(row) for row in zip(*columns)]


def tell(form, schema, got):
    print(form, len(got), got == want or next(pair for pair in zip(got, want) if pair[0] != pair[1]))
    if schema:
        print(form, ", ".join(str(schema.field(name).type) for name in NAMES))


stream = pa.ipc.open_stream(ask("arrow")).read_all()
tell("arrow", stream.schema, rows(stream))
parquet = pa.parquet.read_table(io.BytesIO(ask("parquet")))
tell("parquet", parquet.schema, rows(parquet))

lines = list(csv.reader(io.StringIO(ask("csv").decode(), newline="")))
at = [lines[0].index(name) for name in NAMES]
number = lambda text: float(text) if text else None
READ = [int, str, number, micros, str, lambda text: text or None, str, lasting, lambda text: text == "true", str, lambda text: text or None, number]
tell("csv", None, [[read(line[i]) for read, i in zip(READ, at)] for line in lines[1:]])
