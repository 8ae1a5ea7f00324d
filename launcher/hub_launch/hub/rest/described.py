"""What every model of the REST API shares."""

from pydantic import ConfigDict

from hub_launch.catalog.base import Model


class Described(Model):
    """A document part whose fields are described by the texts below them, since FastAPI makes the OpenAPI document."""

    model_config = ConfigDict(use_attribute_docstrings=True)
