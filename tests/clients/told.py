"""What an integrator does beside the road of one report, with a generated client: batches, webhooks and links."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from urllib.parse import parse_qs, urlsplit

from client import NDC, address, answered, client, made
from quire_client import Client
from quire_client.api.operation import download_by_link
from quire_client.api.reports import cancel_batch, get_batch, request_batch
from quire_client.api.tasks import list_tasks, make_link
from quire_client.api.webhooks import (
    change_webhook,
    create_webhook,
    delete_webhook,
    get_webhook,
    list_webhook_deliveries,
    list_webhooks,
    ping_webhook,
    resend_webhook_delivery,
    rotate_webhook_secret,
)
from quire_client.models import (
    BatchItem,
    ChangeWebhook,
    CreateBatch,
    CreateBatchMetadata,
    CreateWebhook,
    DeliveryStateName,
    EndName,
    EventName,
    LinkForm,
    MakeLink,
    PaperName,
    Pinged,
    PingName,
    ReportEnded,
)

# A receiver of one's own, which reads what it is told by the models that the document has of it.
told = Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        told.put((self.headers["webhook-id"], body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


receiver = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()


def delivered(hook, event):
    """Wait until an event is taken; its entry in the log."""
    for _ in range(600):
        log = answered("deliveries", list_webhook_deliveries.sync_detailed(hook, client=client, limit=10), 200)
        for delivery in log.deliveries:
            if delivery.event.value == event and delivery.state == DeliveryStateName.DELIVERED:
                return delivery
        time.sleep(0.1)
    raise AssertionError(log)


# Where to be told, and whether it arrives.
url = f"http://127.0.0.1:{receiver.server_port}/quire"
body = CreateWebhook(url=url, description="clients", events=[EventName.REPORT_SUCCEEDED])
hook, again = [
    answered("webhook", create_webhook.sync_detailed(client=client, body=body, idempotency_key="told.py hook"), 201)
    for _ in range(2)
]
assert hook.secret.startswith("whsec_") and hook.events == [EventName.REPORT_SUCCEEDED]
assert again.id == hook.id and not again.secret
listed = answered("webhooks", list_webhooks.sync_detailed(client=client), 200)
assert [one.id for one in listed.webhooks] == [hook.id]
ping = answered("ping", ping_webhook.sync_detailed(hook.id, client=client), 202)
named, event = told.get(timeout=60)
pinged = Pinged.from_dict(event)
assert (named, pinged.type_, pinged.data.webhook) == (ping.id, PingName.WEBHOOK_PING, hook.id)
assert delivered(hook.id, "webhook.ping").answer == 204

# Many reports at once, followed until all have ended, and told one by one.
items = [BatchItem(ndc=NDC, label="the first"), BatchItem(ndc=NDC, paper=PaperName.LETTER)]
metadata = CreateBatchMetadata.from_dict({"order": "A-17"})
body = CreateBatch(items=items, label="clients", metadata=metadata)
for _ in range(2):
    asked = request_batch.sync_detailed(client=client, body=body, idempotency_key="told.py")
    batch = answered("batch", asked, 202)
assert batch.reports == 2 and batch.metadata.to_dict() == {"order": "A-17"}
while not batch.ended:
    time.sleep(0.2)
    batch = answered("batch", get_batch.sync_detailed(batch.batch_id, client=client), 200)
assert batch.tasks.success == 2, batch
tasks = answered("its tasks", list_tasks.sync_detailed(client=client, batch=batch.batch_id), 200).tasks
ends = [ReportEnded.from_dict(told.get(timeout=60)[1]) for _ in tasks]
assert {end.type_ for end in ends} == {EventName.REPORT_SUCCEEDED}
assert {end.data.task_id for end in ends} == {task.task_id for task in tasks}
# The one without a label of its own has the batch's.
assert {end.data.label for end in ends} == {"the first", "clients"}
for end in ends:
    assert end.data.batch_id == batch.batch_id and end.data.ndc == NDC
    assert end.data.status == EndName.SUCCESS and end.data.links.pdf
delivery = delivered(hook.id, "report.succeeded")
answered("resend", resend_webhook_delivery.sync_detailed(hook.id, delivery.id, client=client), 202)
assert told.get(timeout=60)[0] == delivery.id

# A batch that is called off. What had ended by then stays.
unwanted = CreateBatch(items=[BatchItem(ndc=NDC) for _ in range(5)])
unwanted = answered("batch", request_batch.sync_detailed(client=client, body=unwanted), 202)
off = answered("call off", cancel_batch.sync_detailed(unwanted.batch_id, client=client), 202)
while not off.ended:
    time.sleep(0.2)
    off = answered("batch", get_batch.sync_detailed(unwanted.batch_id, client=client), 200)
assert off.cancelled_at and off.tasks.success + off.tasks.revoked == 5, off

# Another secret, another way, and none.
rotated = answered("rotate", rotate_webhook_secret.sync_detailed(hook.id, client=client), 200)
assert rotated.secret.startswith("whsec_") and rotated.secret != hook.secret
paused = ChangeWebhook(paused=True, description="")
changed = answered("pause", change_webhook.sync_detailed(hook.id, client=client, body=paused), 200)
assert changed.paused and not changed.description and changed.old_secret_until == rotated.old_secret_until
shown = answered("webhook", get_webhook.sync_detailed(hook.id, client=client), 200)
assert shown == changed
answered("delete", delete_webhook.sync_detailed(hook.id, client=client), 204)
assert get_webhook.sync_detailed(hook.id, client=client).status_code == 404

# A link, which somebody without a key follows.
task = made(tasks[0].task_id)
body = MakeLink(form=LinkForm.PDF, expires_in=60)
link = answered("link", make_link.sync_detailed(task.task_id, client=client, body=body), 201)
terms = {name: values[0] for name, values in parse_qs(urlsplit(link.url).query).items()}
read = download_by_link.sync_detailed(
    task.task_id,
    client=Client(base_url=address, timeout=60, raise_on_unexpected_status=True),
    form=LinkForm(terms["form"]),
    key=terms["key"],
    expires=int(terms["expires"]),
    signature=terms["signature"],
)
pdf = answered("by link", read, 200).payload.read()
assert pdf.startswith(b"%PDF-") and len(pdf) == task.result.size_bytes
