"""What a manifest may say of a message (contract §8)."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.model.resource import Day, Name, Optional, Resource, Text

Path = Annotated[Text, Field(min_length=1)]


class Template(Resource):
    """One message of the dashboard; the API cannot show it, so this is a copy.

    `event` says whose payload `{var=metaData.…}` is about. The text is in `file`, beside
    the manifest, or in `body`; both are taken as they are written, without Jinja.
    """

    kind: Literal["template"] = "template"
    name: Name
    event: Optional[Name] = None
    subject: Optional[Text] = None
    file: Optional[Path] = None
    body: Optional[Text] = None
    copied_on: Optional[Day] = None

    @property
    def data_files(self) -> tuple[str, ...]:
        return () if self.file is None else (self.file,)
