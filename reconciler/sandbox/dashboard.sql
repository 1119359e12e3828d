-- What a merchant makes in the dashboard; data: the whole item as JSON.
CREATE TABLE template (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (shop_id, name)
) WITHOUT ROWID;

CREATE TABLE segment (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (shop_id, name)
) WITHOUT ROWID;

CREATE TABLE scenario (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    name TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (shop_id, name)
) WITHOUT ROWID;

-- Who was in a segment when it was last looked at; kept only for segments that start a scenario.
CREATE TABLE member (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    segment TEXT NOT NULL,
    contact_id INTEGER NOT NULL,
    PRIMARY KEY (shop_id, segment, contact_id)
) WITHOUT ROWID;

-- started_by: JSON of what started the scenario. holes: JSON array of the variables that came out empty.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    scenario TEXT NOT NULL,
    template TEXT NOT NULL,
    contact_id INTEGER NOT NULL,
    recipient TEXT,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    started_by TEXT NOT NULL,
    holes TEXT NOT NULL,
    sent_at TEXT NOT NULL
);
CREATE INDEX outbox_shop ON outbox (shop_id);
