from odoo import Command, api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..const import POTENTIALS, SIZES
from ..tools import scoring


class CustomerLevelCriterion(models.Model):
    """What counts for a level: a metric of the customer, its weight, and the points of its values."""

    _name = "customer.level.criterion"
    _inherit = ["customer.rule.part.mixin"]
    _description = "Criterion of a Level"
    _order = "rule_set_id, sequence, id"

    rule_set_id = fields.Many2one("customer.rule.set", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_set_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    # Upper addons add theirs here and say in _get_metrics() where the values come from.
    metric = fields.Selection(
        [
            ("tenure", "Tenure (months)"),
            ("completeness", "Completeness of the archive (%)"),
            ("size", "Size class"),
            ("potential", "Potential as judged"),
        ],
        required=True,
    )
    label = fields.Char(compute="_compute_label")
    weight = fields.Integer("Weight (%)", required=True, aggregator="sum")
    missing = fields.Selection(
        [
            (scoring.SKIP, "Left out: the other criteria share its weight"),
            (scoring.POINTS, "Counts with fixed points"),
            (scoring.HOLD, "No level until it is known"),
        ],
        "Value Not Known",
        default=scoring.SKIP,
        required=True,
    )
    missing_points = fields.Float("Points if Not Known")
    band_ids = fields.One2many("customer.level.band", "criterion_id", "Bands", copy=True)
    band_text = fields.Char("Points", compute="_compute_band_text")
    missing_text = fields.Char("If Not Known", compute="_compute_missing_text")
    categories = fields.Json(compute="_compute_categories", exportable=False)

    _metric_uniq = models.Constraint("UNIQUE(rule_set_id, metric)", "This criterion is on the list already.")
    _weight_range = models.Constraint("CHECK (weight BETWEEN 1 AND 100)", "A weight is between 1 and 100 %.")
    _missing_points_range = models.Constraint(
        "CHECK (missing_points BETWEEN 0 AND 100)", "Points are between 0 and 100."
    )

    @api.model
    def _get_metrics(self, today):
        """Hook: where the values of the metrics come from.

        A value is a number. An ordered class such as the size is the place of its key among ``categories``, from 1.

        :param today: date up to which tenure and the like are counted
        :return: dict of metric → dict with

            - ``value``: ``SQL`` over the alias ``p`` of ``res_partner``; NULL means that it is not known
            - ``fields``: fields of the contact that it reads: they are flushed before, and their change classes anew
            - ``join``: ``SQL`` of a join that ``value`` needs, optional; at most one row per contact
            - ``unit``: sentence with ``%s`` that shows a value, in the user's language
            - ``categories``: for an ordered class, list of (key, label), the worst first
        """
        partner = self.env["res.partner"]
        sizes = partner._fields["customer_size"]._description_selection(self.env)
        potentials = partner._fields["customer_potential"]._description_selection(self.env)
        age = SQL("age(%s::date, LEAST(p.customer_since, %s::date))", today, today)
        return {
            "tenure": {
                "value": SQL(
                    """CASE WHEN p.customer_since IS NOT NULL
                            THEN EXTRACT(YEAR FROM %s) * 12 + EXTRACT(MONTH FROM %s) END""",
                    age, age,
                ),
                "fields": ["customer_since"],
                "unit": self.env._("%s months"),
            },
            "completeness": {
                "value": SQL("p.archive_completeness"),
                "fields": ["archive_completeness"],
                "unit": self.env._("%s %%"),
            },
            "size": {
                "value": self._get_rank("customer_size", [key for key, _label in reversed(SIZES)]),
                "fields": ["customer_size"],
                "categories": sizes[::-1],
            },
            "potential": {
                "value": self._get_rank("customer_potential", [key for key, _label in POTENTIALS]),
                "fields": ["customer_potential"],
                "categories": potentials,
            },
        }

    @api.model
    def _get_rank(self, field_name, keys):
        """``SQL`` of the place of a selection's value among its keys, from 1; NULL where it is empty."""
        return SQL("array_position(%s::varchar[], %s)", list(keys), SQL.identifier("p", field_name))

    @api.depends("metric")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = self._get_labels()
        for criterion in self:
            criterion.label = labels.get(criterion.metric)

    @api.depends("metric")
    @api.depends_context("lang")
    def _compute_categories(self):
        metrics = self._get_metrics(fields.Date.today())
        for criterion in self:
            categories = metrics.get(criterion.metric, {}).get("categories") or []
            criterion.categories = [f"{criterion.metric}.{key}" for key, _label in categories]

    @api.depends("band_ids.lower", "band_ids.points", "metric")
    @api.depends_context("lang")
    def _compute_band_text(self):
        for criterion in self:
            bands = criterion.band_ids.sorted("lower")
            criterion.band_text = "; ".join(criterion._describe_band(band) for band in bands)

    def _describe_band(self, band):
        value, points = self._format_metric(self.metric, band.lower), self._format_number(band.points)
        return f"{value}: {points}" if self.categories else f"≥ {value}: {points}"

    @api.depends("missing", "missing_points")
    @api.depends_context("lang")
    def _compute_missing_text(self):
        for criterion in self:
            criterion.missing_text = self._describe_missing(criterion.missing, criterion.missing_points)

    @api.model
    def _describe_missing(self, missing, points):
        """What becomes of a criterion whose value is not known, in a few words; key and points as in the fields."""
        texts = {
            scoring.SKIP: self.env._("the others share its weight"),
            scoring.POINTS: self.env._("counts with %s points", self._format_number(points)),
            scoring.HOLD: self.env._("no level until it is"),
        }
        return texts.get(missing, "")

    @api.onchange("metric")
    def _onchange_metric(self):
        # Bands of another metric mean nothing here: start with bands that fit, to be adapted.
        if self.metric:
            self.band_ids = [Command.clear(), *map(Command.create, self._prepare_bands())]

    def _prepare_bands(self):
        """Values of the bands that a new criterion starts with: one per category, or one for every value."""
        keys = self.categories
        if not keys:
            return [{"lower": 0, "points": 0}]
        return [
            {"category": key, "lower": place, "points": round(100 * place / len(keys))}
            for place, key in enumerate(keys, start=1)
        ]

    @api.model
    def _format_metric(self, metric, value):
        """A value of a metric as people read it, in their language; ``value`` None gives an empty text."""
        if value is None:
            return ""
        definition = self._get_metrics(fields.Date.today()).get(metric, {})
        if categories := definition.get("categories"):
            place = int(value) - 1
            return categories[place][1] if 0 <= place < len(categories) else self._format_number(value)
        return definition.get("unit", "%s") % self._format_number(value)

    @api.model
    def _format_number(self, value):
        """A number in the reader's language, with as many decimals as it has, two at most."""
        digits = next(digits for digits in (0, 1, 2) if digits == 2 or round(value, digits) == round(value, 2))
        return formatLang(self.env, value, digits=digits)

    @api.model
    def _get_labels(self):
        """Names of the metrics in the reader's language, by key."""
        return dict(self._fields["metric"]._description_selection(self.env))

    @api.model
    def _explain(self, details):
        """One line that says what each criterion brought; ``details`` as ``tools.scoring.Part`` in dicts."""
        labels = self._get_labels()
        texts = []
        for part in details:
            value = self._format_metric(part["metric"], part["value"]) or self.env._("not known")
            points = "–"
            if part["points"] is not None:
                points = f"{self._format_number(part['points'])} × {self._format_number(part['share'])} %"
            texts.append(f"{labels.get(part['metric'], part['metric'])}: {value} → {points}")
        return "; ".join(texts)

    def _compile(self):
        """This criterion as a ``tools.scoring.Criterion``."""
        self.ensure_one()
        bands = self.band_ids.sorted("lower")
        return scoring.Criterion(
            metric=self.metric,
            weight=self.weight,
            lower=tuple(bands.mapped("lower")),
            points=tuple(bands.mapped("points")),
            missing=self.missing,
            missing_points=self.missing_points,
        )


class CustomerLevelBand(models.Model):
    _name = "customer.level.band"
    _inherit = ["customer.rule.part.mixin"]
    _description = "Points of a Criterion"
    _order = "criterion_id, lower"

    criterion_id = fields.Many2one("customer.level.criterion", required=True, index=True, ondelete="cascade")
    rule_set_id = fields.Many2one(related="criterion_id.rule_set_id", store=True, index=True)
    company_id = fields.Many2one(related="criterion_id.company_id", store=True)
    category = fields.Selection("_get_category_selection", "From (Class)")
    categories = fields.Json(related="criterion_id.categories", exportable=False)
    lower = fields.Float(
        "From (Value)", compute="_compute_lower", store=True, readonly=False, digits=(16, 2),
        help="The band begins with this value and ends where the next one begins.",
    )
    points = fields.Float(required=True, digits=(16, 2))

    _lower_uniq = models.Constraint(
        "UNIQUE(criterion_id, lower)", "Two bands begin with the same value: they would overlap. Change one of them."
    )
    _points_range = models.Constraint("CHECK (points BETWEEN 0 AND 100)", "Points are between 0 and 100.")

    @api.model
    def _get_category_selection(self):
        metrics = self.env["customer.level.criterion"]._get_metrics(fields.Date.today())
        return [
            (f"{metric}.{key}", label)
            for metric, definition in metrics.items()
            for key, label in definition.get("categories") or []
        ]

    @api.depends("category")
    def _compute_lower(self):
        metrics = self.env["customer.level.criterion"]._get_metrics(fields.Date.today())
        places = {
            f"{metric}.{key}": place
            for metric, definition in metrics.items()
            for place, (key, _label) in enumerate(definition.get("categories") or [], start=1)
        }
        for band in self:
            band.lower = places.get(band.category, band.lower)
