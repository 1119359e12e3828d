"""Rules that only a record set, or a row of it, can break."""

from reconciler.model.rule import Example, Rule, RuleSeverity

_DEFINITION = """
kind: definition
name: Attribution
unique_keys: [contact_id]
fields:
  - {name: contact_id, type: number, required: true}
  - {name: code, type: text, required: true}
relationships:
  - sourceField: contact_id
    targetSchemaType: system
    targetSchema: contacts
"""
_NO_KEYS = """
kind: definition
name: Attribution
fields:
  - {name: code, type: text}
"""


def _set(more: str, definition: str = _DEFINITION) -> str:
    """The definition, and a record set with these lines."""
    return f"{definition}---\nkind: records\ndefinition: Attribution\n{more}"


def _of_file(
    rule: str,
    about: str,
    way: str,
    before: str,
    after: str,
    severity: RuleSeverity = "error",
) -> Rule:
    """A rule about a file of rows, which no manifest can show."""
    example = Example(before=before, after=after, in_words=True)
    return Rule(rule, about, (way,), example, severity)


_SET_RULES = (
    Rule(
        "records-source",
        "A record set names files and has rows of its own.",
        ("keep one of the two",),
        Example(
            before=_set(
                "file: a.csv\nrows:\n  - {contact_id: 1, code: COM-001}\n",
            ),
            after=_set("rows:\n  - {contact_id: 1, code: COM-001}\n"),
        ),
    ),
    Rule(
        "records-scope",
        "A mirror does not say which rows are its own, or a scope stands where nothing is deleted.",
        ("write `scope`", "write `mode: mirror`"),
        Example(
            before=_set("mode: mirror\nrows: []\n"),
            after=_set("mode: mirror\nscope: {code: [COM-001]}\nrows: []\n"),
        ),
    ),
    Rule(
        "records-field",
        "A record set names a field that its definition does not have, or a column twice.",
        ("name one of its fields",),
        Example(
            before=_set("columns: {coda: Code}\n"),
            after=_set("columns: {code: Code}\n"),
        ),
    ),
    Rule(
        "records-mode",
        "The mode of a record set does not fit to the unique keys of its definition.",
        (
            "write `mode: insert-once` for a definition without unique keys, and only there",
        ),
        Example(
            before=_set("mode: upsert\n", _NO_KEYS),
            after=_set("mode: insert-once\n", _NO_KEYS),
        ),
    ),
    Rule(
        "records-by",
        "`by` names a key that nothing can be found by.",
        ("contacts have id_contact, email and id_customer",),
        Example(
            before=_set("columns: {contact_id: {column: Mail, by: e-mail}}\n"),
            after=_set("columns: {contact_id: {column: Mail, by: email}}\n"),
        ),
    ),
)
_FILE_RULES = (
    _of_file(
        "record-file",
        "A file of rows is not there, is empty, is of another kind, or is too large to be read.",
        "check the path: it is taken from the folder of the manifest, and stays below it",
        "`file: shop.csv`, and there is no shop.csv beside the manifest",
        "the same with shop.csv beside the manifest",
    ),
    _of_file(
        "record-encoding",
        "A byte in a file of rows is no text in its encoding.",
        "save the file as UTF-8, or write `csv.encoding`",
        "a CSV file that was saved in Windows-1252, with an é in it",
        "the same file, and `csv: {encoding: cp1252}`",
    ),
    _of_file(
        "record-header",
        "The header of a CSV file has no names that are known, or one twice, or none at all.",
        "give every column one name",
        "code;code",
        "code;name",
    ),
    _of_file(
        "record-delimiter",
        "The columns of a CSV file may be separated by more than one sign.",
        "write `csv.delimiter`",
        "code;first_name,last_name",
        'the same, and `csv: {delimiter: ";"}`',
    ),
    _of_file(
        "record-column",
        "A column of a file is no field of the definition.",
        "map it with `columns`, or leave it out with `ignore_columns`",
        "Code commercial",
        "the same, and `columns: {code: Code commercial}`",
    ),
    _of_file(
        "record-key-column",
        "A file has no column for a unique key.",
        "map the column that holds it with `columns`",
        "name;email, and the unique key is code",
        "code;name;email",
    ),
    _of_file(
        "record-quote",
        "A quote in a CSV file is opened and never closed, or ends within a cell.",
        "close it; a quote within a quoted cell is doubled",
        '1;"Rue "Haute";Lille',
        '1;"Rue ""Haute""";Lille',
    ),
    _of_file(
        "record-ragged",
        "A row of a CSV file has more or fewer cells than the header.",
        "put a cell that holds the separator in quotes",
        "code;city, and below it COM-001;Lille;Nord",
        'code;city, and below it COM-001;"Lille;Nord"',
    ),
    _of_file(
        "record-json",
        "The text of a JSON file, or of a cell of a json field, is no JSON.",
        "mend the place that the message names",
        "{'code': 'COM-001'}",
        '{"code": "COM-001"}',
    ),
    _of_file(
        "record-cell",
        "A cell holds what no value can: a NUL character, a byte order mark, or more than 1 MiB.",
        "export the file again",
        "two files joined by `cat`, each with a byte order mark",
        "the same files, the mark of the second taken off",
    ),
)
_VALUE_RULES = (
    _of_file(
        "record-key-empty",
        "A row has nothing in its unique key: the server would add it again at every push.",
        "fill it in, or take the row out",
        ";Dupont in a file with the columns code;name",
        "COM-001;Dupont",
    ),
    _of_file(
        "record-duplicate",
        "Two rows have one unique key, as the server compares keys: without case, accents and blanks at the end.",
        "keep one of them",
        "com-001 in one row, and COM-001 in another",
        "COM-001 in one row",
    ),
    _of_file(
        "record-required",
        "A required field has no value, or no column.",
        "fill it in",
        "COM-001; in a file with the columns code;name, and name is required",
        "COM-001;Dupont",
    ),
    _of_file(
        "record-text",
        "A value of a text field stands in no quotes, so YAML or JSON made a number or a flag of it.",
        "put it in quotes",
        "code: 00123",
        'code: "00123"',
    ),
    _of_file(
        "record-number",
        "A value is no number, or is written as this file does not write numbers.",
        "write digits and a point, or `csv.decimal`",
        "12,50",
        '12.50, or the same with `csv: {decimal: ","}`',
    ),
    _of_file(
        "record-bool",
        "A value is no flag.",
        "write true, false, 1 or 0",
        "oui",
        "true",
    ),
    _of_file(
        "record-date",
        "A value is no day, or its day and month can be exchanged.",
        "write it as 2026-12-31, or say how days are written with `csv.dates`",
        "03/04/2026",
        "2026-04-03",
    ),
    _of_file(
        "record-datetime",
        "A value is no moment, or nobody can tell which one.",
        "write it with its offset, or write `csv.timezone`",
        "2026-05-08 09:00",
        "2026-05-08T09:00:00+02:00",
    ),
    _of_file(
        "record-option",
        "A value is none of the options of its list.",
        "write one of the options",
        "golden, where silver and gold can be chosen",
        "gold",
    ),
    _of_file(
        "record-geolocation",
        "A value is no place on the earth.",
        "write latitude and longitude",
        "Lille",
        "50.63,3.06",
    ),
    _of_file(
        "record-excel-damage",
        "A text was damaged by a spreadsheet beyond repair.",
        "format the column as text, and export it again",
        "1.23457E+12 in a text field",
        "1234567890123",
    ),
    _of_file(
        "record-reference",
        "A value does not name a contact or another row in a way that can be looked up.",
        "write the key that `by` asks for",
        "marie.dupont in the column contact_id.email",
        "marie.dupont@example.com",
    ),
    _of_file(
        "record-contact-unknown",
        "A row names a contact that the shop does not know; contacts are never made by a push.",
        "push the customer first (POST /customers), and wait until the contact exists",
        "CUST-A9 in the column contact_id.id_customer, and no customer has that id",
        "CUST-A4521, which is the id of a customer",
    ),
    _of_file(
        "record-email-ambiguous",
        "A row names a contact by an e-mail address that several contacts have: the shop would take any of them.",
        "name the contact by id_customer",
        "contact_id.email is a@example.com, and two contacts have that address",
        "CUST-A4521 in the column contact_id.id_customer",
    ),
    _of_file(
        "record-row-unknown",
        "A row names a row of another table that is not there, or is there several times.",
        "push the rows of that table first",
        "Clinique Nord in the column veto_id.nom, and no row of Vet has that name",
        "the same, once the row of Vet is there",
    ),
    _of_file(
        "record-not-there",
        "A row is not in the shop, and `mode: update` creates none.",
        "take it out, or write `mode: upsert`",
        "COM-009 in a file, `mode: update`, and no row of the shop has that key",
        "the same with `mode: upsert`",
    ),
    _of_file(
        "record-leading-zeros",
        "A number field loses the zeros that stand before its number.",
        "if zeros matter, the field should be text; its type is frozen once it lives",
        "007 in a number field",
        "7",
        "warning",
    ),
    _of_file(
        "record-many-digits",
        "A number has more digits than a JSON number carries, and is sent as text.",
        "if it is an identifier, the field should be text",
        "1234567890123456789 in a number field",
        "123456789012345",
        "warning",
    ),
    _of_file(
        "record-null",
        "A text is what databases write where there is nothing, and is sent as it stands.",
        "export an empty cell instead",
        r"\N in a text field",
        "an empty cell",
        "warning",
    ),
    _of_file(
        "records-personal-data",
        "A file beside the manifests holds e-mail addresses of contacts, and would be in git for ever.",
        "keep the file elsewhere and name it with --file, or name contacts by id_customer",
        "attributions.csv beside the manifest, with the column contact_id.email",
        "the same file elsewhere, and --file ../attributions.csv",
        "warning",
    ),
)
RECORD_RULES = (*_SET_RULES, *_FILE_RULES, *_VALUE_RULES)
