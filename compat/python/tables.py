# Queries of Analytics as JSON pages, an Arrow stream, a Parquet file and CSV, read by pyarrow and Python's own csv: the
# same rows each time. Then one with collections in collections, which CSV has no place for.
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


def ask(form, query=QUERY):
    return fetch(URL + urllib.parse.quote(query + "&$format=" + form, safe="$&=,()"))


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

NESTED = ("$select=WorkItemId&$orderby=WorkItemId&$expand=Tags($select=TagName;$orderby=TagName),"
          "Children($select=Title,Effort,ChangedDate;$orderby=WorkItemId;$count=true;$expand=Tags($select=TagName;$orderby=TagName),Area($select=AreaPath))")


def structs(row):
    if not isinstance(row, dict):
        return row
    plain = {}
    for name, value in row.items():
        if isinstance(value, list):
            plain[name] = [structs(inner) for inner in value]
        elif isinstance(value, dict):
            plain.update({f"{name}/{inner}": deeper for inner, deeper in value.items()})
        elif name.endswith("Date"):
            plain[name] = micros(value)
        else:
            plain[name] = value
    return plain


def read(value):
    if isinstance(value, list):
        return [read(inner) for inner in value]
    if isinstance(value, dict):
        return {name: read(inner) for name, inner in value.items()}
    if isinstance(value, datetime.datetime):
        return round((value - datetime.datetime.fromtimestamp(0, datetime.timezone.utc)) / datetime.timedelta(microseconds=1))
    return value


want = [structs(row) for row in json.loads(ask("json", NESTED))["value"]]
print("nested", sum(len(row["Children"]) for row in want), sum(len(child["Tags"]) for row in want for child in row["Children"]))
for form, table in (("arrow", pa.ipc.open_stream(ask("arrow", NESTED)).read_all()), ("parquet", pa.parquet.read_table(io.BytesIO(ask("parquet", NESTED))))):
    got = [read(row) for row in table.to_pylist()]
    print(form, got == want or next(pair for pair in zip(got, want) if pair[0] != pair[1]), table.schema.field("Children").type)
