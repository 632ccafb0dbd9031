"""A report that is asked for again and again, with a generated client."""

from client import NDC, answered, client
from quire_client.api.reports import create_schedule, delete_schedule, get_schedule, list_schedules, put_schedule
from quire_client.models import BatchItem, MissedRuns, PutSchedule

plan = PutSchedule(
    cron="0 6 * * MON",
    time_zone="Europe/Berlin",
    missed=MissedRuns.ONCE,
    only_if_changed=True,
    request=BatchItem(ndc=NDC, label="weekly"),
)
made = answered("schedule", create_schedule.sync_detailed(client=client, body=plan), 201)
shown = get_schedule.sync_detailed(made.schedule_id, client=client)
assert answered("its state", shown, 200).next_run == made.next_run
listed = answered("schedules", list_schedules.sync_detailed(client=client, limit=5), 200)
assert made.schedule_id in [schedule.schedule_id for schedule in listed.schedules]

plan.paused = True
rests = put_schedule.sync_detailed(made.schedule_id, client=client, body=plan, if_match=shown.headers["etag"])
rests = answered("pause", rests, 200)
assert rests.paused and not rests.next_run, rests
answered("delete", delete_schedule.sync_detailed(made.schedule_id, client=client), 204)
assert get_schedule.sync_detailed(made.schedule_id, client=client).status_code == 404
