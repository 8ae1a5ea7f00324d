"""What programs need to see of a system, for every tier that grants by path."""

# Links such as /bin -> /usr/bin are granted as what they lead to.
FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")

# Of /etc by name: the rest has passwords, keys and what else the machine is configured with. Debian's Chromium does not
# start without its folders.
ETC = tuple(
    f"/etc/{name}"
    for name in (
        "alternatives ca-certificates ca-certificates.conf chromium chromium.d crypto-policies fonts gai.conf group "
        "host.conf hosts ld.so.cache ld.so.conf ld.so.conf.d locale.alias localtime mime.types networks nsswitch.conf "
        "os-release passwd pki protocols resolv.conf services ssl timezone"
    ).split()
)

OTHERS_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
"""Variables that name folders for temporary files which others use too."""
