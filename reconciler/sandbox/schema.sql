-- One file holds several shops, strictly separated by shop_id. JSON columns are text.
CREATE TABLE shop (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL UNIQUE
);

-- settles_at/settles_as: when a definition that is creating or editing reaches which state.
CREATE TABLE definition (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    description TEXT,
    status TEXT NOT NULL,
    settles_at REAL,
    settles_as TEXT,
    unique_keys TEXT NOT NULL,
    fields TEXT NOT NULL,
    relationships TEXT NOT NULL,
    next_record INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX definition_live_name ON definition (shop_id, folded) WHERE status <> 'deleted';
CREATE INDEX definition_name ON definition (shop_id, folded);
CREATE INDEX definition_created ON definition (shop_id, created_at);
CREATE INDEX definition_shop ON definition (shop_id);
CREATE INDEX definition_settling ON definition (settles_at) WHERE settles_at IS NOT NULL;

-- data: JSON array of values by position of the field; fields are append-only, so positions never move.
-- natural: the canonical unique key, null when the definition has none or a member is null.
CREATE TABLE record (
    definition_id INTEGER NOT NULL REFERENCES definition (id),
    id INTEGER NOT NULL,
    natural TEXT,
    data TEXT NOT NULL,
    PRIMARY KEY (definition_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX record_natural ON record (definition_id, natural) WHERE natural IS NOT NULL;

CREATE TABLE override (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    target_system_schema TEXT NOT NULL,
    system_field_name TEXT NOT NULL,
    id_custom_data_definition INTEGER NOT NULL,
    custom_field_name TEXT NOT NULL,
    priority INTEGER NOT NULL,
    UNIQUE (shop_id, target_system_schema, system_field_name, priority)
);

CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    code_name TEXT NOT NULL,
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    properties TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (shop_id, folded)
);
CREATE INDEX event_created ON event (shop_id, created_at);

CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    id_event INTEGER NOT NULL,
    code_name TEXT NOT NULL,
    status TEXT NOT NULL,
    target TEXT NOT NULL,
    payload TEXT NOT NULL,
    date_creation TEXT NOT NULL
);
CREATE INDEX history_created ON history (shop_id, date_creation);

-- email_key, phone_key: what contacts are matched on.
CREATE TABLE contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    email_key TEXT,
    phone_key TEXT,
    data TEXT NOT NULL
);
CREATE INDEX contact_email ON contact (shop_id, email_key);
CREATE INDEX contact_phone ON contact (shop_id, phone_key);

CREATE TABLE customer (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    customer_id TEXT NOT NULL,
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    data TEXT NOT NULL,
    PRIMARY KEY (shop_id, customer_id)
) WITHOUT ROWID;
CREATE INDEX customer_contact ON customer (contact_id);

CREATE TABLE product (
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    product_id TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (shop_id, product_id)
) WITHOUT ROWID;

-- Accepted writes that are not visible yet, applied in order of id once due.
CREATE TABLE pending (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop_id INTEGER NOT NULL REFERENCES shop (id),
    due REAL NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL
);
CREATE INDEX pending_due ON pending (due);

-- status 0: the request was given no answer.
CREATE TABLE request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    at REAL NOT NULL
);
