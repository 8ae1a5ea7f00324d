import pytest
from pydantic import ValidationError

from hub_launch.catalog import Module, Package


@pytest.mark.parametrize("kind", ["npm", "pypi", "oci", "mcpb", "nuget"])
def test_the_official_kinds_of_package_are_known(npm, kind):
    assert Package.model_validate(npm(registryType=kind)).registry_type == kind


def test_another_kind_is_refused(npm):
    with pytest.raises(ValidationError, match="registryType"):
        Package.model_validate(npm(registryType="cargo"))


@pytest.mark.parametrize(
    "integrity", ["sha512-" + "A" * 86 + "==", "sha256-" + "a" * 64, "sha256:" + "a" * 64], ids=["npm", "pypi", "oci"]
)
def test_each_registrys_own_hash_is_an_integrity(npm, integrity):
    assert Package.model_validate(npm(integrity=integrity)).integrity == integrity


@pytest.mark.parametrize("integrity", ["sha1-abc", "sha512-short", "md5:abc", "sha256-" + "A" * 64])
def test_a_weak_or_cut_hash_is_refused(npm, integrity):
    with pytest.raises(ValidationError):
        Package.model_validate(npm(integrity=integrity))


@pytest.mark.parametrize("identifier", ["a b", "", "a\nb"])
def test_an_identifier_is_one_word(npm, identifier):
    with pytest.raises(ValidationError):
        Package.model_validate(npm(identifier=identifier))


def test_a_transport_over_http_has_a_url(npm):
    with pytest.raises(ValidationError, match="url"):
        Package.model_validate(npm(transport={"type": "streamable-http"}))


@pytest.mark.parametrize("path", ["a-b", "a.", ".a", "a..b", "os; x", "", "a/b"])
def test_a_module_is_an_import_path(path):
    assert Module.model_validate({"path": "a.b_c.d1"})
    with pytest.raises(ValidationError):
        Module.model_validate({"path": path})


@pytest.mark.parametrize("entrypoint", ["a.b", "a()", "1a", ""])
def test_an_entrypoint_is_one_python_name(entrypoint):
    assert Module.model_validate({"path": "a", "entrypoint": "create_server"})
    with pytest.raises(ValidationError):
        Module.model_validate({"path": "a", "entrypoint": entrypoint})
