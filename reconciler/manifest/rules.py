"""Every rule a manifest can break: its id, what it is about, and the way out."""

from dataclasses import dataclass

from reconciler.model.source import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """`silenceable` rules leave a manifest usable: `# reconciler: ignore[id] reason` on
    its line silences them.
    """

    id: str
    about: str
    way_out: str
    silenceable: bool = False
    severity: Severity = "error"


_ALL = (
    Rule("no-manifests", "There is no manifest in the paths given.", "Name a folder with .yaml, .yml or .json files."),
    Rule("unreadable-file", "A file cannot be read.", "Check its permissions, its encoding (UTF-8) and links."),
    Rule("path-escape", "A link leads out of the folder it stands in.", "Put the file itself into the folder."),
    Rule("yaml-syntax", "The text is not YAML.", "Mend the place that the message names."),
    Rule("yaml-bounds", "The file is larger, deeper or more repetitive than a manifest can be.", "Split it."),
    Rule("yaml-tag", "YAML tags such as !!python have no meaning in a manifest.", "Write the plain value."),
    Rule("yaml-key", "A key must be a word.", "Write `key: value`."),
    Rule("duplicate-key", "A key stands twice in one mapping.", "Keep one of them."),
    Rule("template", "A Jinja expression cannot be rendered.",
         "Use `vars.NAME`, or `env.NAME` if allow-listed. Two braces that are meant as text are `{{ '{{' }}`."),
    Rule("not-a-manifest", "A document is not a mapping.", "Begin it with `kind:`."),
    Rule("unknown-kind", "`kind` is missing, or none that this version knows.", "Use definition, event or override."),
    Rule("missing-key", "Something required is not written.", "Add the key."),
    Rule("unknown-key", "A key has no meaning here.", "Correct its spelling, or remove it."),
    Rule("unknown-value", "A value is none of those allowed.", "Use one of the values that the message lists."),
    Rule("wrong-type", "A value is of another type than expected.", "Write the type that the message names."),
    Rule("out-of-bounds", "A value or list is too short, too long, too small or too large.", "See the message."),
    Rule("duplicate-address", "Two documents describe one resource; the server compares without case and accents.",
         "Keep one of them, or rename one."),
    Rule("duplicate-field", "Two fields or properties have one name.", "Rename or remove one."),
    Rule("reserved-field", "A field is called `id`, as the number that the server gives every record.",
         "Give it a name of its own.", silenceable=True),
    Rule("unique-key-not-a-field", "`unique_keys` names something that is not a field.", "Name declared fields."),
    Rule("source-field-not-a-field", "`sourceField` names something that is not a field.", "Name a declared field."),
    Rule("duplicate-relationship", "A field has two relationships.", "Keep one: a field points at one thing."),
    Rule("unknown-system-schema", "A system relationship points at something else than contacts or products.",
         "Use contacts or products, or `targetSchemaType: custom`."),
    Rule("dangling-reference", "A manifest names a definition that no manifest describes.",
         "Correct the name. If it lives in the shop without a manifest, silence the line: `plan` looks there.",
         silenceable=True),
    Rule("target-field-missing", "`targetField` is no field of the target.", "Name one of its fields, or `id`.",
         silenceable=True),
    Rule("relation-type-mismatch", "Source and target field of a relationship have different types.",
         "Give both one type.", silenceable=True),
    Rule("list-without-options", "A field of type list has no options.", "Write `options: [...]`.", silenceable=True),
    Rule("options-without-list", "Options are written on a field that is no list.", "Use `type: list`.",
         silenceable=True),
    Rule("default-outside-options", "The default is none of the options.", "Use one of them.", silenceable=True),
    Rule("default-type", "The default cannot be read as the field's type.", "Write a value of the type.",
         silenceable=True),
    Rule("override-field-missing", "An override names a field that its definition does not have.",
         "Name one of its fields."),
    Rule("override-field-not-numeric", "A price can only come from a number or decimal field.",
         "Use another field.", silenceable=True),
    Rule("override-without-product", "The override's definition has no relationship to products.",
         "Relate one of its fields to products.", silenceable=True),
    Rule("duplicate-priority", "Two sources of an override have one priority.", "Number them 1, 2, 3."),
    Rule("duplicate-source", "An override names one field twice.", "Keep one of the two."),
    Rule("reference-to-absent", "A manifest refers to a definition that is to be deleted (`ensure: absent`).",
         "Take the reference away first, or keep the definition."),
    Rule("reference-to-renamed", "A manifest refers to a definition by the name that another manifest renames it from.",
         "Write the new name."),
    Rule("rename-conflict", "`renamed_from` cannot be followed: its name is the manifest's own, stands in another "
         "manifest, is claimed twice, or the resource is to be deleted.",
         "Name the old name that no manifest has any more."),
    Rule("accept-expired", "The day until which a breaking change is accepted is over.",
         "Remove the entry, or have a new day reviewed.", severity="warning"),
    Rule("ignore-without-reason", "A finding is silenced without a reason.", "Write the reason after the bracket."),
)  # fmt: skip

RULES: dict[str, Rule] = {rule.id: rule for rule in _ALL}
