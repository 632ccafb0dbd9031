-- Who wants to be told that reports have ended, and what is still to be told.

CREATE TABLE webhook (
    id          TEXT PRIMARY KEY,
    owner       TEXT NOT NULL,               -- the API key that made it
    everyone    INTEGER NOT NULL,            -- 1: tells of the reports of all keys, not of the owner's alone
    url         TEXT NOT NULL,
    description TEXT,
    events      TEXT,                        -- JSON, which kinds; null: all
    secret      TEXT NOT NULL,               -- signs, so it has to be kept as it is
    old_secret  TEXT,                        -- signs beside it
    old_until   INTEGER,                     -- until then
    paused      INTEGER NOT NULL DEFAULT 0,
    disabled    INTEGER,                     -- when its receiver said that it is gone
    created     INTEGER NOT NULL
) STRICT;

CREATE INDEX webhook_by_owner ON webhook (owner, id);

-- Written with the end of the report that it tells of.
CREATE TABLE webhook_delivery (
    id       TEXT PRIMARY KEY,
    webhook  TEXT NOT NULL REFERENCES webhook (id),
    event    TEXT NOT NULL,
    report   TEXT,                           -- null: a ping; the report may be removed meanwhile
    data     TEXT NOT NULL,                  -- JSON, what the event tells of the report
    occurred INTEGER NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    due      INTEGER,                        -- the next attempt, or when the one that runs is taken for lost
    token    TEXT,                           -- proves the last claim
    tried    INTEGER,                        -- when the last attempt began
    answer   INTEGER,                        -- its HTTP status
    fault    TEXT                            -- why it was none, in words
) STRICT;

CREATE INDEX webhook_delivery_due ON webhook_delivery (due) WHERE due IS NOT NULL;
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (webhook, id);
CREATE INDEX webhook_delivery_ended ON webhook_delivery (occurred) WHERE state <> 'waiting';
