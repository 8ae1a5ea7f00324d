from hub_build import cache


def test_the_environment_decides_else_it_is_in_the_users_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HUB_BUILD_CACHE_DIR", str(tmp_path))
    assert cache.cache_folder() == tmp_path
    monkeypatch.delenv("HUB_BUILD_CACHE_DIR")
    monkeypatch.setattr(cache, "user_cache_path", lambda name, appauthor: tmp_path / name)
    assert cache.cache_folder() == tmp_path / "hub-build"
