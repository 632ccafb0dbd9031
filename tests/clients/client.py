"""What every walk of a generated client begins with: `WALK.py ADDRESS KEY COMPONENT`.

KEY is an administrator's; COMPONENT is a section as WebAssembly.
"""

import sys

from quire_client import AuthenticatedClient
from quire_client.api.tasks import get_task
from quire_client.models import StatusName

NDC = "61958-0802"

address, key, component = sys.argv[1:]
client = AuthenticatedClient(base_url=address, token=key, timeout=60, raise_on_unexpected_status=True)


def answered(step, response, *statuses):
    """What was answered; a refusal ends the walk with its problem."""
    assert response.status_code in statuses, (step, response.status_code, response.content)
    print(step, int(response.status_code))
    return response.parsed


def made(task_id):
    """A task that has come to its document."""
    while True:
        task = answered("wait", get_task.sync_detailed(task_id, client=client, prefer="wait=30"), 200)
        if task.status in (StatusName.SUCCESS, StatusName.FAILURE, StatusName.REVOKED):
            assert task.status == StatusName.SUCCESS, task
            return task
