"""Every operation that no other walk takes, once, with a generated client; and that no operation was left out."""

import io
import pkgutil
import re
import time
from importlib import import_module
from pathlib import Path

import quire_client.api
from client import NDC, answered, client, component, made
from quire_client.api.admin import (
    accept_differences,
    activate_version,
    backtest_version,
    check_definition,
    check_module,
    compare_versions,
    create_key,
    download_component,
    end_trial,
    export_audit,
    get_definition,
    get_module,
    list_audit_events,
    list_checkpoints,
    list_definition_versions,
    list_definitions,
    list_differences,
    list_keys,
    list_modules,
    put_definition,
    remake_task,
    retire_version,
    revoke_key,
    roll_back_definition,
    set_limits,
    set_required_clean,
    stage_version,
    start_canary,
    start_shadow,
    upload_module,
    use_definition,
    verify_audit,
)
from quire_client.api.data import count_reactions, get_narrative
from quire_client.api.operation import (
    get_description,
    get_document_schema,
    get_index,
    get_metrics,
    get_problem,
    is_live,
    is_ready,
    list_problems,
)
from quire_client.api.reports import request_report, request_report_deprecated
from quire_client.api.tasks import compare_reports, follow_task, get_task, verify_report
from quire_client.models import (
    AcceptDifferences,
    CreateKey,
    Definition,
    LimitOverrides,
    OneVersion,
    OnlyReason,
    Order,
    PutDefinition,
    RemakeReport,
    RevokeKey,
    RoleName,
    RoleOfDrug,
    SetLimits,
    SetRequiredClean,
    StartCanary,
    StartShadow,
    StatusName,
    TryVersion,
    TwoVersions,
    UseVersion,
    Verdict,
)
from quire_client.types import File

REASON = "the rest of a client's road"


def tag(answer):
    return answer.headers["etag"]


def wasm():
    return File(payload=io.BytesIO(Path(component).read_bytes()))


# What needs no key.
answered("live", is_live.sync_detailed(client=client), 200)
assert answered("ready", is_ready.sync_detailed(client=client), 200).status == "ready"
assert answered("metrics", get_metrics.sync_detailed(client=client), 200)
assert answered("index", get_index.sync_detailed(client=client), 200).to_dict()
described = answered("description", get_description.sync_detailed(client=client), 200)
assert described["openapi"] == "3.1.0"
assert answered("schema", get_document_schema.sync_detailed(client=client), 200).to_dict()
assert answered("problems", list_problems.sync_detailed(client=client), 200)
assert answered("problem", get_problem.sync_detailed("invalid-ndc", client=client), 200)

# The data behind a report, and what is told of reports.
counted = answered("reactions", count_reactions.sync_detailed(NDC, client=client, limit=3, role=RoleOfDrug.ANY), 200)
assert len(counted.rows) == 3
assert answered("narrative", get_narrative.sync_detailed(NDC, client=client), 200).narrative
first = made(answered("request", request_report.sync_detailed(NDC, client=client), 202).task_id)
second = answered("old name", request_report_deprecated.sync_detailed(NDC, client=client), 202)
second = made(second.task_id)
verified = answered("verify", verify_report.sync_detailed(first.task_id, client=client), 200)
assert verified.verdict == Verdict.MATCH
answered("compare", compare_reports.sync_detailed(second.task_id, client=client, from_=first.task_id), 200)
events = follow_task.sync_detailed(first.task_id, client=client)
assert events.status_code == 200 and b"SUCCESS" in events.content
failed = answered("request", request_report.sync_detailed("99999-9999", client=client, prefer="wait=50"), 200, 202)
while get_task.sync(failed.task_id, client=client, prefer="wait=30").status != StatusName.FAILURE:
    pass
again = RemakeReport(reason=REASON)
answered("remake", remake_task.sync_detailed(failed.task_id, client=client, body=again), 202)

# Keys and the trail.
body = CreateKey(role=RoleName.CONSUMER, label="the rest", reason=REASON)
created = answered("key", create_key.sync_detailed(client=client, body=body), 201)
assert created.id in [one.id for one in answered("keys", list_keys.sync_detailed(client=client), 200).keys]
answered("revoke", revoke_key.sync_detailed(created.id, client=client, body=RevokeKey(reason=REASON)), 204)
page = list_audit_events.sync_detailed(client=client, object_=f"key {created.id}", order=Order.NEWEST)
page = answered("trail", page, 200)
assert [event.action for event in page.events] == ["key.revoked", "key.created"]
assert answered("verify", verify_audit.sync_detailed(client=client), 200).intact
assert len(answered("export", export_audit.sync_detailed(client=client), 200).splitlines()) > len(page.events)
assert answered("checkpoints", list_checkpoints.sync_detailed(client=client), 200).checkpoints

# A version of a module on trial, in all ways.
assert "trend" in [one.name for one in answered("modules", list_modules.sync_detailed(client=client), 200).modules]
shown = get_module.sync_detailed("trend", client=client)
active = answered("module", shown, 200).active
checked = answered("check", check_module.sync_detailed(client=client, body=wasm()), 200)
uploaded = upload_module.sync_detailed(client=client, body=wasm(), name="trend", reason=REASON)
digest = answered("upload", uploaded, 200, 201).version.digest
assert checked.digest == digest != active
pulled = download_component.sync_detailed("trend", digest[:16], client=client)
assert answered("component", pulled, 200).payload.read() == wasm().payload.read()
assert pulled.headers["etag"] == f'"{digest}"'
back = TryVersion(digest=digest, reports=2)
answered("backtest", backtest_version.sync_detailed("trend", client=client, body=back), 200)
two = TwoVersions(from_=active, to=digest, task_id=first.task_id)
answered("compare", compare_versions.sync_detailed("trend", client=client, body=two), 200)
shown = uploaded
for step, change in [("stage", stage_version), ("retire", retire_version), ("stage", stage_version)]:
    body = OneVersion(digest=digest, reason=REASON)
    shown = change.sync_detailed("trend", client=client, body=body, if_match=tag(shown))
    answered(step, shown, 200)
body = StartShadow(digest=digest, reason=REASON, required_clean=1)
shown = start_shadow.sync_detailed("trend", client=client, body=body, if_match=tag(shown))
answered("shadow", shown, 200)
made(answered("request", request_report.sync_detailed(NDC, client=client), 202).task_id)
while not (differing := answered("differences", list_differences.sync_detailed("trend", client=client), 200)).runs:
    time.sleep(0.2)
body = AcceptDifferences(digest=digest, reason=REASON, up_to=differing.runs[0].sequence)
shown = get_module.sync_detailed("trend", client=client)
shown = accept_differences.sync_detailed("trend", client=client, body=body, if_match=tag(shown))
answered("accept", shown, 200)
for step, change, body in [
    ("end trial", end_trial, OneVersion(digest=digest, reason=REASON)),
    ("canary", start_canary, StartCanary(digest=digest, percent=10, reason=REASON)),
    ("end trial", end_trial, OneVersion(digest=digest, reason=REASON)),
    ("limits", set_limits, SetLimits(limits=LimitOverrides(cpu_ms=20_000), reason=REASON)),
    ("required clean", set_required_clean, SetRequiredClean(runs=0, reason=REASON)),
    ("activate", activate_version, OneVersion(digest=digest, reason=REASON)),
    ("activate", activate_version, OneVersion(digest=active, reason=REASON)),
]:
    shown = change.sync_detailed("trend", client=client, body=body, if_match=tag(shown))
    answered(step, shown, 200)

# A definition, put in use, and taken back.
assert answered("definitions", list_definitions.sync_detailed(client=client), 200).definitions
shown = get_definition.sync_detailed("plain", client=client)
definition = answered("definition", shown, 200).current
assert Definition.from_dict(definition.to_dict()) == definition
answered("check", check_definition.sync_detailed(client=client, body=definition), 204)
definition.title = "Another title"
body = PutDefinition(definition=definition, reason=REASON)
shown = put_definition.sync_detailed("plain", client=client, body=body, if_match=tag(shown))
assert answered("put", shown, 200, 201).current.title == "Another title"
body = OnlyReason(reason=REASON)
shown = roll_back_definition.sync_detailed("plain", client=client, body=body, if_match=tag(shown))
answered("roll back", shown, 200)
versions = answered("versions", list_definition_versions.sync_detailed("plain", client=client), 200).versions
body = UseVersion(version=max(version.version for version in versions), reason=REASON)
answered("use", use_definition.sync_detailed("plain", client=client, body=body, if_match=tag(shown)), 200)

# No operation was left out.
walks = [Path(__file__).with_name(name).read_text() for name in ("walk.py", "told.py", "schedules.py", "rest.py")]
for module in pkgutil.walk_packages(quire_client.api.__path__, "quire_client.api."):
    if not module.ispkg:
        import_module(module.name)
        name = module.name.rsplit(".", 1)[1]
        used = any(re.search(rf"^(?!from|import).*\b{name}\b(?!,$)", walk, re.MULTILINE) for walk in walks)
        assert used, f"no walk takes {name}"
