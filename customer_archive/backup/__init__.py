"""The work on backups, by the database's name alone: scheduled jobs, tests and the command outside Odoo all call it."""
