"""Benchmark of encrypted fields: entering, reading, searching, and encrypting anew with a new key."""

import os
import tempfile
from pathlib import Path

import bench_lines
from bench_lines import measure

VALUES = 30_000


def rotate(env, _plain, _queries) -> None:
    """Rotate 30,000 values to a new key, in batches that are committed one by one."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CUSTOMER_ARCHIVE_KEY_FILE"] = str(Path(folder) / "keys")
        env["ir.config_parameter"].set_param("customer_archive.known_keys", "{}")
        people = env["res.partner"].search([], limit=VALUES)
        _small(env)
        field = people._fields["customer_private_phone"]
        for number, person in enumerate(people):
            field.write(person, f"138{number:08}")  # the column alone, without what an edited customer sets off
        env.flush_all()
        env.cr.commit()
        keys = env["customer.key.ring"]
        keys._add_key()
        env.cr.commit()
        count = sum(keys._count_keys().values())
        found = measure(env, _rotate, env)
        assert keys._count_keys() == {"k2": count}, keys._count_keys()
        bench_lines.report(f"{count:,} values to a new key", found.seconds, "s", 2.3, str(found))
        seek = measure(env, env["res.partner"].search, [("customer_private_phone", "=", "13800000007")], times=9)
        bench_lines.report("One value found by its index", seek.seconds * 1000, "ms", None, str(seek))


def _small(env) -> None:
    """1,000 new contacts with an encrypted value and without, and a list of them."""
    plain = env["res.partner"].with_context(tracking_disable=True)
    rows = [{"name": f"B{number}"} for number in range(1000)]
    secret = [{**row, "customer_private_phone": f"138{number:08}"} for number, row in enumerate(rows)]
    create = lambda values: (plain.create(values), env.flush_all())  # noqa: E731
    create(secret[:10])
    without = measure(env, create, rows, times=3, undo=True)
    found = measure(env, create, secret, times=3, undo=True)
    beside = f"without {without.seconds * 1000:,.0f} ms; {found}"
    bench_lines.report("1,000 contacts created with an encrypted value", found.seconds * 1000, "ms", None, beside)
    people = plain.create(secret)
    without = measure(env, people.read, ["name"], times=5)
    found = measure(env, people.read, ["name", "customer_private_phone"], times=5)
    beside = f"without {without.seconds * 1000:,.0f} ms; {found}"
    bench_lines.report("The same read", found.seconds * 1000, "ms", None, beside)


def _rotate(env) -> None:
    keys = env["customer.key.ring"]
    for model, field in keys._get_encrypted_fields():
        for _batch in keys._rotate_field(model, field):
            env.cr.commit()
