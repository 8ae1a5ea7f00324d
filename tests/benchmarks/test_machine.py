"""What is said of the machine that results are of."""

from pathlib import Path

from measures.machine import cpu_model, filesystem, machine

CPUINFO = ["processor\t: 0", "model name\t: Some CPU @ 3.0GHz", "", "model name\t: Some CPU @ 3.0GHz"]
MOUNTS = ["/dev/a / ext4 rw 0 0", "tmpfs /tmp tmpfs rw 0 0", "/dev/b /tmpdir xfs rw 0 0", "broken"]


def test_a_processor_is_called_what_the_kernel_calls_it():
    assert cpu_model(CPUINFO) == "Some CPU @ 3.0GHz"
    assert cpu_model([]) == ""


def test_a_file_system_is_that_of_the_closest_mount():
    assert filesystem(Path("/tmp/x"), MOUNTS) == "tmpfs"
    assert filesystem(Path("/tmpdir"), MOUNTS) == "xfs"
    assert filesystem(Path("/home"), MOUNTS) == "ext4"
    assert filesystem(Path("/home"), []) == ""


def test_nothing_names_the_machine():
    import platform

    described = machine()
    assert described.cores > 0
    assert described.cpu
    assert platform.node() not in described.model_dump_json()
