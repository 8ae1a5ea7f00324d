"""Which launches run at the same time, and which are started in their place."""

from dataclasses import replace

from hub_launch.plan import HttpLaunch, choices


def far(host):
    return HttpLaunch("x", "X", "remote", "streamable-http", f"https://{host}.example")


def test_one_alone_is_the_only_choice(launch):
    assert choices(launch()) == ((launch(),),)


def test_a_process_is_started_as_often_as_there_are_instances(launch):
    first, second = launch("a"), launch("b")
    assert choices(replace(first, instances=2, alternatives=(second,))) == (
        (replace(first, instances=2),) * 2,
        (second, second),
    )


def test_of_remotes_those_that_follow_are_the_other_instances(launch):
    a, b, c = far("a"), far("b"), far("c")
    assert choices(replace(a, instances=2, alternatives=(b, c))) == ((replace(a, instances=2), b), (c,))
    assert choices(replace(a, alternatives=(b,))) == ((a,), (b,))
    local = launch()
    assert choices(replace(local, instances=2, alternatives=(a, b)))[1] == (a, b)
