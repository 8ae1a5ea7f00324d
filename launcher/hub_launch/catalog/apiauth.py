"""How an HTTP API wants its callers to prove who they are. Credentials are named here and given by each user."""

from typing import Annotated, Literal

from pydantic import Field

from hub_launch.catalog.base import EnvName, HttpsUrl, Model


class BearerAuth(Model):
    """`Authorization: Bearer <token>`."""

    type: Literal["bearer"]
    """A token in the `Authorization` header."""
    variable: EnvName
    """The environment variable that holds the token."""


class ApiKeyAuth(Model):
    """A key in a header, in the query string or in a cookie."""

    type: Literal["apiKey"]
    """A key under a name of the API's choice."""
    location: Annotated[Literal["header", "query", "cookie"], Field(alias="in")]
    """Where the key goes."""
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
    """The name of the header, parameter or cookie."""
    variable: EnvName
    """The environment variable that holds the key."""


class BasicAuth(Model):
    """HTTP basic authentication."""

    type: Literal["basic"]
    """A user name and a password."""
    username: EnvName
    """The environment variable that holds the user name."""
    password: EnvName
    """The environment variable that holds the password."""


class OAuth2Auth(Model):
    """A token that the server gets for itself: with a refresh token if there is one, else as the client (RFC 6749)."""

    type: Literal["oauth2"]
    """A token of an authorization server."""
    token_url: HttpsUrl
    """Where tokens are given out."""
    client_id: EnvName
    """The environment variable that holds the client's id."""
    client_secret: EnvName | None = None
    """The environment variable that holds the client's secret; absent for public clients."""
    refresh_token: EnvName | None = None
    """The environment variable that holds a refresh token; without one the client asks in its own name."""
    scopes: tuple[Annotated[str, Field(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]+$")], ...] | None = None
    """What the token is for; the authorization server's own choice when absent."""
    audience: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    """The API that the token is for, where the authorization server wants to know."""
    client_authentication: Literal["basic", "body"] = "basic"
    """How the client proves who it is: in the `Authorization` header, or in the body of the request."""


Auth = Annotated[BearerAuth | ApiKeyAuth | BasicAuth | OAuth2Auth, Field(discriminator="type")]

# The keys of each kind whose value is the name of an environment variable.
CREDENTIAL_KEYS = {
    "bearer": ("variable",),
    "apiKey": ("variable",),
    "basic": ("username", "password"),
    "oauth2": ("client_id", "client_secret", "refresh_token"),
}


def variables_of(auth: Auth | None) -> dict[str, str]:
    """Every environment variable that `auth` names, and the key (in snake case) that names it."""
    keys = CREDENTIAL_KEYS[auth.type] if auth else ()
    return {name: key for key in keys if (name := getattr(auth, key)) is not None}
