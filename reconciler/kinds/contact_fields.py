"""What a contact has (contract §7), under the names that messages use.

In a message the field is written without what the API begins it with (contract §8 has
`contact.first_name` for `contact_first_name`): that is known of the first name alone, and
inferred for the others.
"""

CONTACT = "contact"
"""The root of the contact's own fields in messages and conditions."""
_CHANNELS = ("email", "sms", "push")
_VIEWED = (*_CHANNELS, "embed", "popin")
_PERSON = (
    "first_name",
    "last_name",
    "gender",
    "birthday",
    "lang",
    "country",
    "state",
    "latitude",
    "longitude",
)
_PLAIN = (
    "id_shop_contact",
    "id_customer_shop",
    "id_shop_customer",
    "optin_data_email",
    "optin_data_sms",
    *(f"unsub_data_{channel}" for channel in _CHANNELS),
    *(f"reject_data_{channel}" for channel in _CHANNELS),
    *(
        f"last_{what}_data_{channel}"
        for what in ("views", "clics", "sales")
        for channel in _VIEWED
    ),
    "last_sales_data_valid",
    *(f"perfect_timing_data_{channel}" for channel in _CHANNELS),
    *(f"can_receive_{channel}" for channel in _CHANNELS),
    "is_registered",
    "active",
    "created_on_shop_at",
    "created_at",
    "updated_at",
)

CONTACT_FIELDS: dict[str, str] = {
    **{name: f"contact_{name}" for name in _PERSON},
    **{channel: f"contact_data_{channel}" for channel in _CHANNELS},
    **{name: name for name in _PLAIN},
}
"""The name in a message, and the name in the API."""
