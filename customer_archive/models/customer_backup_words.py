from odoo import api, models


class CustomerBackup(models.Model):
    """What goes wrong with backups, and how to mend it, in words."""

    _inherit = "customer.backup"
    _name = "customer.backup"

    @api.model
    def _get_problem_words(self):
        """Hook: what went wrong and the mend, by the kind of a ``tools.backup.BackupProblem``."""
        return {**self._get_machine_words(), **self._get_file_words()}

    @api.model
    def _get_machine_words(self):
        """Problems that say nothing about a file that is there."""
        return {
            "disk_full": self.env._("The disk is full. Free some space, or choose another folder in the settings."),
            "no_room": self.env._(
                "The folder has less free space than a backup needs. Free some, or choose another one in the settings."
            ),
            "not_writable": self.env._(
                "The folder for backups cannot be written to. Give the account that runs Odoo the right, or choose "
                "another folder in the settings."
            ),
            "inside": self.env._(
                "The folder for backups lies inside the files to be backed up. Choose another one in the settings."
            ),
            "no_program": self.env._(
                "A program of PostgreSQL is missing on this machine. Install the PostgreSQL client, or name its folder "
                "by the option pg_path of Odoo."
            ),
            "pg_dump": self.env._(
                "pg_dump broke off. Its message says why: often its version is older than the server, or the database "
                "user may not read a table."
            ),
            "psql": self.env._(
                "PostgreSQL could not restore the copy. Its message says why: often the database user may not create "
                "databases."
            ),
            "no_ring": self.env._("There is no key to encrypt with. Create the key ring, see the guide."),
            "no_key": self.env._("The key of this file is not in the key ring. Add the key ring of that time."),
            "wrong_key": self.env._("The key ring has another key under this name. Use the key ring of that time."),
            "no_file": self.env._("The file is gone. Bring it back to its folder, or make a new backup."),
            "broken_off": self.env._(
                "The server stopped while this was at work. Where that happens again, raise the option "
                "limit_time_real_cron of Odoo, or use the command."
            ),
            "busy": self.env._("Another backup or proof is at work. Try again when it is done."),
            "exists": self.env._("Such a database, folder or file exists already. Choose another name."),
            "system": self.env._("Something unexpected went wrong. The server's log says more."),
        }

    @api.model
    def _get_file_words(self):
        """Problems that make a file worthless."""
        return {
            "not_sealed": self.env._("This is no backup of the customer archive. Choose another file."),
            "cut_off": self.env._("The file was cut off: its end is missing. Use another backup, and make a new one."),
            "damaged": self.env._("The file was changed or damaged. Use another backup, and make a new one."),
            "not_whole": self.env._("The content of the file is not whole. Use another backup, and make a new one."),
            "counts": self.env._("The restored copy has other rows than the database had. Make a new backup."),
            "files": self.env._("Files that attachments name are not in the backup. Make a new backup."),
            "canary": self.env._(
                "The encrypted test value of the copy could not be read. Check the key ring, and make a new backup."
            ),
            "log": self.env._("The log of the restored copy is not the one that was backed up. Ask the auditor."),
        }
