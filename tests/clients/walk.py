"""The road of an integrator with a client that is generated from /openapi.json: `walk.py ADDRESS KEY COMPONENT`.

KEY is an administrator's; COMPONENT is a section as WebAssembly, which takes the place of `trend` for a while.
"""

import datetime
import io
import json

from client import NDC, answered, client, component
from quire_client.api.admin import activate_version, get_module, roll_back_module, stage_version, upload_module
from quire_client.api.reports import request_report
from quire_client.api.tasks import (
    cancel_task,
    download_report,
    download_report_csv,
    download_report_html,
    download_report_json,
    get_manifest,
    get_task,
    list_tasks,
)
from quire_client.models import (
    CreateReport,
    OneVersion,
    OnlyReason,
    PaperName,
    RoleOfDrug,
    StatusName,
    Task,
)
from quire_client.types import File

REASON = "the walk of a client"


def followed(task_id):
    """Follow a task by its events until it has ended."""
    events = client.get_httpx_client().stream("GET", f"/api/tasks/{task_id}/events")
    with events as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        for line in stream.iter_lines():
            if line.startswith("data:"):
                last = Task.from_dict(json.loads(line.removeprefix("data:")))
    return last


# A report without a body, which is asked for until it has ended.
accepted = answered("request without a body", request_report.sync_detailed(NDC, client=client), 202)
while True:
    task = answered("poll", get_task.sync_detailed(accepted.task_id, client=client, prefer="wait=5"), 200)
    if task.status in (StatusName.SUCCESS, StatusName.FAILURE, StatusName.REVOKED):
        break
assert task.status == StatusName.SUCCESS, task

# One with a body and a name of its own, asked for twice, followed by its events.
body = CreateReport(as_of=datetime.date(2025, 6, 30), paper=PaperName.A4, role=RoleOfDrug.SUSPECT)
asked = [
    answered(
        "request",
        request_report.sync_detailed(NDC, client=client, body=body, idempotency_key="walk.py"),
        202,
    )
    for _ in range(2)
]
assert asked[0].task_id == asked[1].task_id
task_id = asked[0].task_id
ended = followed(task_id)
assert ended.status == StatusName.SUCCESS, ended

# Its forms.
pdf = answered("pdf", download_report.sync_detailed(task_id, client=client), 200).payload.read()
assert pdf.startswith(b"%PDF-") and len(pdf) == ended.result.size_bytes
archive = answered("csv", download_report_csv.sync_detailed(task_id, client=client), 200).payload.read()
assert archive.startswith(b"PK")
page = answered("html", download_report_html.sync_detailed(task_id, client=client), 200)
assert page.lower().startswith("<!doctype html>")
document = answered("json", download_report_json.sync_detailed(task_id, client=client), 200)
assert document["schema"] == "quire:document/1", list(document.additional_properties)
manifest = answered("manifest", get_manifest.sync_detailed(task_id, client=client), 200)
assert manifest["report"] == task_id
assert download_report.sync_detailed(task_id, client=client, if_none_match=f'"{ended.result.digest}"').status_code == 304

# What there is, and one that is called off.
listed = answered("list", list_tasks.sync_detailed(client=client, limit=2, status=StatusName.SUCCESS), 200)
assert [task.task_id for task in listed.tasks] == [task_id, accepted.task_id]
unwanted = answered("request", request_report.sync_detailed(NDC, client=client), 202)
answered("cancel", cancel_task.sync_detailed(unwanted.task_id, client=client), 202, 409)

# A section is replaced, and taken back. Each step names the state that it was decided on.
with open(component, "rb") as wasm:
    body = File(payload=io.BytesIO(wasm.read()))
uploaded = answered("upload", upload_module.sync_detailed(client=client, body=body, name="trend", reason=REASON), 201)
digest = uploaded.version.digest
shown = get_module.sync_detailed("trend", client=client)
answered("module", shown, 200)
for step, change in [("stage", stage_version), ("activate", activate_version)]:
    body = OneVersion(digest=digest, reason=REASON)
    shown = change.sync_detailed("trend", client=client, body=body, if_match=shown.headers["etag"])
    changed = answered(step, shown, 200)
assert changed.active == digest
body = OnlyReason(reason="the walk has ended")
before = roll_back_module.sync_detailed("trend", client=client, body=body, if_match=shown.headers["etag"])
assert answered("roll back", before, 200).active != digest
