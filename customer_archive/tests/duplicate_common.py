from .common import ArchiveCase


class DuplicateCase(ArchiveCase):
    """Two archives of one customer, and short ways to find and merge them."""

    @classmethod
    def create_pair(cls, one=(), other=(), login="sales"):
        """Two drafts with like names, the second one without a code."""
        first = cls.create_archive(login, **dict(one))
        values = {"name": "Jinan Daheng Logistics Co., Ltd.", "vat": False, "phone": "0531-88886666"}
        second = cls.create_archive(login, **{**values, **dict(other)})
        return first, second

    @classmethod
    def search_pairs(cls, *partners):
        """Open pairs of these archives after a search."""
        ids = [partner.id for partner in partners]
        Finder = cls.env["customer.duplicate.finder"]
        # as the nightly search does
        Finder._refresh_keys(
            cls.env["res.partner"].with_context(active_test=False).search([("archive_state", "!=", False)]).ids
        )
        Finder._search_partners(ids)
        return cls.env["customer.duplicate"].search(
            ["|", ("partner_id", "in", ids), ("other_id", "in", ids), ("state", "=", "open")]
        )

    @classmethod
    def merge(cls, survivor, other, choices=None, login="manager"):
        merge = cls.env["customer.merge"].with_user(cls.users[login])
        return merge._merge(cls.as_user(survivor, login), cls.as_user(other, login), choices)
