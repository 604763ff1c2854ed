"""The tables of the audit log: sealing them into a chain and verifying it, on a bare cursor.

Neither the registry nor an installed addon is needed, so that the log can be verified after an uninstallation, too.
"""

from dataclasses import dataclass

from odoo.tools import SQL

from .tools import audit

BATCH = 5000
# Days within which an entry must have been sealed; a transaction may stay open for hours before its entries show.
WINDOW = 2
_LOCK = 1_937_204_511

_COLUMNS = SQL(
    """e.id, to_char(e.time, 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.user_id, e.login, e.company_id, e.address, e.channel,
       e.operation, e.model, e.ids, e.count, e.field_names, e.parts"""
)


@dataclass(frozen=True)
class Verdict:
    """What a verification found: how many places hold, the head, and where the chain does not hold."""

    count: int
    position: int
    hash: str
    breaks: tuple[audit.Break, ...] = ()
    erased: int = 0
    waiting: int = 0

    @property
    def head(self):
        """The head in one word that can be copied and kept elsewhere."""
        return f"{self.position}:{self.hash}"


def _entry(row):
    *values, ids, count, field_names, parts = row
    return audit.Entry(*values, tuple(ids), count, tuple(field_names), tuple(parts))


def start(cr):
    """Where the chain begins: at its origin, or after what was taken out with a bundle."""
    cr.execute("SELECT position, hash FROM customer_audit.anchor ORDER BY position DESC LIMIT 1")
    return cr.fetchone() or (0, audit.ORIGIN)


def head(cr):
    """Number and hash of the last sealed place."""
    cr.execute("SELECT position, hash FROM customer_audit.seal ORDER BY position DESC LIMIT 1")
    return cr.fetchone() or start(cr)


def seal(cr, limit=BATCH, *, everything=False):
    """Seal the next entries in the order of their numbers.

    :param everything: look for old entries without a seal, too
    :return: number of sealed entries, 0 also where another connection is sealing
    """
    cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    if not cr.fetchone()[0]:
        return 0
    recent = SQL("e.time > (now() AT TIME ZONE 'UTC') - make_interval(days => %s)", WINDOW)
    cr.execute(
        SQL(
            """SELECT %s FROM customer_audit.entry e
                WHERE %s AND NOT EXISTS (SELECT FROM customer_audit.seal s WHERE s.entry_id = e.id)
                ORDER BY e.id LIMIT %s""",
            _COLUMNS,
            SQL("TRUE") if everything else recent,
            limit,
        )
    )
    rows = cr.fetchall()
    position, previous = head(cr)
    sealed = []
    for row in rows:
        position += 1
        previous = audit.link(previous, position, _entry(row))
        sealed.append((position, row[0], previous))
    if sealed:
        # a rival that was faster makes this fail to serialize, never branch
        cr.execute(
            SQL(
                """INSERT INTO customer_audit.seal (position, entry_id, hash)
                   SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) ON CONFLICT DO NOTHING""",
                *map(list, zip(*sealed, strict=True)),
            ),
            log_exceptions=False,
        )
    return len(sealed)


def places(cr, position, until=None):
    """The sealed places after a position, up to another one, read in batches."""
    until = head(cr)[0] if until is None else until
    while position < until:
        cr.execute(
            SQL(
                """SELECT s.position, s.entry_id, s.hash, d.numbers, d.salts, d.contents,
                          ARRAY(SELECT r.part FROM customer_audit.erasure r
                                  JOIN customer_audit.entry l ON l.id = r.log_id AND l.operation = 'erase'
                                 WHERE r.entry_id = s.entry_id),
                          %s
                     FROM customer_audit.seal s
                     LEFT JOIN customer_audit.entry e ON e.id = s.entry_id
                     LEFT JOIN LATERAL (SELECT array_agg(part) AS numbers, array_agg(salt) AS salts,
                                               array_agg(content) AS contents
                                          FROM customer_audit.detail WHERE entry_id = s.entry_id) d ON TRUE
                    WHERE s.position > %s AND s.position <= %s ORDER BY s.position LIMIT %s""",
                _COLUMNS,
                position,
                until,
                BATCH,
            )
        )
        rows = cr.fetchall()
        if not rows:
            return
        for number, entry_id, hash_, numbers, salts, contents, erased, *row in rows:
            entry = _entry(row) if row[0] is not None else None
            details = dict(zip(numbers or (), zip(salts or (), contents or (), strict=True), strict=True))
            yield audit.Sealed(number, entry_id, hash_, entry, details, frozenset(erased))
        position = rows[-1][0]


def purgeable(cr, before, limit):
    """The last place up to which every entry is older than a time, at most ``limit`` places; 0 where there is none."""
    cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    if not cr.fetchone()[0]:
        return 0
    position, _hash = start(cr)
    cr.execute(
        """SELECT min(s.position) FROM customer_audit.seal s JOIN customer_audit.entry e ON e.id = s.entry_id
            WHERE e.time >= %s""",
        [before],
    )
    young = cr.fetchone()[0] or head(cr)[0] + 1
    return max(0, min(young - 1, position + limit))


def purge(cr, position, hash_, bundle, log_id):
    """Note an anchor; the trigger behind it takes out what the bundle holds."""
    cr.execute("INSERT INTO customer_audit.anchor VALUES (%s, %s, %s, %s)", [position, hash_, bundle, log_id])


def verify(cr, known_head=None):
    """Verify the whole chain.

    :param str known_head: a head that was kept elsewhere, as ``position:hash``; it must be part of the chain
    :return: :class:`Verdict`
    """
    position, previous = start(cr)
    counter = _Counter(known_head, (position, previous))
    found = tuple(audit.breaks(counter.watch(places(cr, position)), position, previous))
    cr.execute(
        SQL(
            """SELECT e.id, e.time < (now() AT TIME ZONE 'UTC') - make_interval(days => %s)
                 FROM customer_audit.entry e
                WHERE NOT EXISTS (SELECT FROM customer_audit.seal s WHERE s.entry_id = e.id) ORDER BY e.id""",
            WINDOW,
        )
    )
    waiting = cr.fetchall()
    late = tuple(audit.Break(0, entry_id, "unsealed") for entry_id, is_old in waiting if is_old)
    cut = () if counter.known is None else (audit.Break(counter.known[0], 0, "head"),)
    return Verdict(counter.count, *head(cr), found + cut + late, counter.erased, len(waiting) - len(late))


class _Counter:
    """Watches the places go by: counts them, and looks for the head that was kept elsewhere."""

    def __init__(self, known_head, origin):
        self.count = self.erased = 0
        self.known = None
        if known_head:
            number, _colon, hash_ = known_head.partition(":")
            # a head from before the anchor left the chain with its bundle
            self.known = (int(number), hash_) if int(number) >= origin[0] else None
        if self.known == origin:
            self.known = None

    def watch(self, sealed):
        for place in sealed:
            self.count += 1
            self.erased += len(place.erased)
            if self.known == (place.position, place.hash):
                self.known = None
            yield place
