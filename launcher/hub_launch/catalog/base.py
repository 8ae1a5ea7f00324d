"""What every model of the contract shares, and the small types with a rule of their own."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """A frozen document part: camelCase outside, snake_case inside, unknown keys refused.

    Unknown keys are refused because a misspelt `isSecret` that is silently ignored is a leaked secret.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        # Validators are built at first use: `list` needs those of the index alone, and a command starts 60 ms sooner.
        defer_build=True,
        # Wheels of pydantic on some platforms warn about names such as "schema"; ours are all deliberate.
        protected_namespaces=(),
    )


Flag = StrictBool
Count = StrictInt

Id = Annotated[str, Field(min_length=2, max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*[a-z0-9]$")]
"""What people type: lower case, digits and hyphens; no underscore, so that `<id>_<tool>` splits one way only."""

Name = Annotated[
    str,
    Field(
        min_length=3,
        max_length=200,
        # The official pattern, narrowed by the official validator: each part starts and ends alphanumeric.
        pattern=r"^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?/[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$",
    ),
]

# What a package runner reads as "the newest that fits" rather than as one version.
_RANGE = re.compile(r"^latest$|(^|\.)[xX*](\.|$)", re.IGNORECASE)


def _exact(version: str) -> str:
    if _RANGE.search(version):
        raise ValueError("must be one exact version, not a range or 'latest'")
    return version


Version = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        pattern=r"^[0-9A-Za-z][0-9A-Za-z.+_!-]*$",
        json_schema_extra={"not": {"pattern": r"^[lL][aA][tT][eE][sS][tT]$|(^|\.)[xX*](\.|$)"}},
    ),
    AfterValidator(_exact),
]

Sha256 = Annotated[str, Field(pattern=r"^[a-f0-9]{64}$")]

HttpUrl = Annotated[str, Field(max_length=2048, pattern=r"^https?://[^\s]+$")]
HttpsUrl = Annotated[str, Field(max_length=2048, pattern=r"^https://[^\s]+$")]

EnvName = Annotated[str, Field(max_length=128, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


def _calendar_day(day: str) -> str:
    date.fromisoformat(day)  # "day is out of range for month"
    return day


Date = Annotated[
    str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"), AfterValidator(_calendar_day)
]
