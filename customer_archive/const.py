"""Keys shared by models, data and tests of the archive."""

DRAFT = "draft"
CHECKED = "checked"
FORMAL = "formal"
SUSPENDED = "suspended"
CLOSED = "closed"

ARCHIVE_STATES = [
    (DRAFT, "Draft"),
    (CHECKED, "Checked"),
    (FORMAL, "Formal"),
    (SUSPENDED, "Suspended"),
    (CLOSED, "Closed"),
]
# States in which the facts were approved: they change by proposal only.
CONTROLLED_STATES = (FORMAL, SUSPENDED)

ACCESS_INTERNAL = "internal"
ACCESS_TEAM = "team"
ACCESS_OWNER = "owner"
ARCHIVE_ACCESS = [
    (ACCESS_INTERNAL, "Every employee"),
    (ACCESS_TEAM, "Sales team of the owner"),
    (ACCESS_OWNER, "Owner only"),
]

SIZES = [
    ("large", "Large"),
    ("medium", "Medium"),
    ("small", "Small"),
    ("micro", "Micro"),
]

REQUIRED = "required"
RECOMMENDED = "recommended"
REQUIREMENTS = [(REQUIRED, "Required"), (RECOMMENDED, "Recommended")]

ERROR = "error"
WARNING = "warning"
SEVERITIES = [(ERROR, "Error"), (WARNING, "Warning")]

GROUP_USER = "customer_archive.group_user"
GROUP_LEADER = "customer_archive.group_leader"
GROUP_ALL = "customer_archive.group_all"
GROUP_MANAGER = "customer_archive.group_manager"
GROUP_REVIEWER = "customer_archive.group_reviewer"
GROUP_BACK_OFFICE = "customer_archive.group_back_office"
GROUP_QUALITY = "customer_archive.group_quality"
GROUP_CONFIDENTIAL = "customer_archive.group_confidential"
GROUP_AUDITOR = "customer_archive.group_auditor"
GROUP_EXPORT = "base.group_allow_export"

# What the rows of a sheet of an import are.
CUSTOMER = "customer"
CONTACT = "contact"
IMPORT_ROLES = [(CUSTOMER, "Customers"), (CONTACT, "Contacts")]
# Severity of a message that keeps a row of an import from arriving.
STOP = "stop"

# Who sets the tags of a taxonomy.
BY_HAND = "hand"
BY_RULE = "rule"
BY_BOTH = "both"
TAG_SETTERS = [(BY_HAND, "By hand"), (BY_RULE, "By rule"), (BY_BOTH, "By hand and by rule")]

# What a set of class rules decides on.
LEVEL = "level"
TAG = "tag"
RULE_SET_KINDS = [(LEVEL, "Levels"), (TAG, "Tags of a taxonomy")]
PUBLISHED = "published"
RETIRED = "retired"
RULE_SET_STATES = [(DRAFT, "Draft"), (PUBLISHED, "Published"), (RETIRED, "Retired")]

LIFECYCLE = "lifecycle"
LIFECYCLES = [("potential", "Potential"), ("active", "Active"), ("dormant", "Dormant"), ("lost", "Lost")]
# What the dated history of classes is about.
CLASS_DIMENSIONS = [(LEVEL, "Level"), (LIFECYCLE, "Life cycle"), (TAG, "Tag")]

# Tables of movement whose numbers open their customers, and the keys of a number beside those of classes.
CELL_MODELS = ("customer.rule.trial", "customer.movement")
CELL_ANY = "*"
CELL_OTHER = "!"
POTENTIALS = [("low", "Low"), ("medium", "Moderate"), ("high", "High")]
# Which campaigns reach a customer.
MARKETING_TREATMENTS = [
    ("full", "Every campaign"),
    ("reduced", "Selected campaigns only"),
    ("none", "No campaigns"),
]

# Where the key ring is looked for: the ring itself or its file in the environment, else a file in Odoo's data folder.
KEY_RING_VARIABLE = "CUSTOMER_ARCHIVE_KEYS"
KEY_FILE_VARIABLE = "CUSTOMER_ARCHIVE_KEY_FILE"
KEY_RING_FILE = "customer_archive.keys"
# Ids and fingerprints of the keys that this database has used.
KEY_RING_PARAMETER = "customer_archive.known_keys"

# Backups.
BACKUP_QUEUED = "queued"
BACKUP_RUNNING = "running"
BACKUP_MADE = "made"
BACKUP_PROVEN = "proven"
BACKUP_FAILED = "failed"
BACKUP_STATES = [
    (BACKUP_QUEUED, "Waiting"),
    (BACKUP_RUNNING, "Running"),
    (BACKUP_MADE, "Made"),
    (BACKUP_PROVEN, "Proven"),
    (BACKUP_FAILED, "Failed"),
]
BACKUP_SCHEDULES = [("never", "Never"), ("daily", "Every night"), ("weekly", "Every week, in the night to Sunday")]

# What was decided on two archives that may be one customer.
OPEN = "open"
NOT_DUPLICATE = "not_duplicate"
MERGED = "merged"
DUPLICATE_STATES = [(OPEN, "Undecided"), (NOT_DUPLICATE, "Not a duplicate"), (MERGED, "Merged")]
# For how long a merge can be undone.
UNDO_DAYS = 30
# What the audit log notes, in words that finish the sentence “<user> …”.
AUDIT_READ = "read"
AUDIT_AGGREGATE = "aggregate"
AUDIT_SEARCH = "search"
AUDIT_DOWNLOAD = "download"
AUDIT_EXPORT = "export"
AUDIT_PRINT = "print"
AUDIT_CREATE = "create"
AUDIT_WRITE = "write"
AUDIT_UNLINK = "unlink"
AUDIT_DENIED = "denied"
AUDIT_LOGIN = "login"
AUDIT_LOGIN_FAILED = "login_failed"
AUDIT_ERASE = "erase"
AUDIT_PURGE = "purge"
AUDIT_OPERATIONS = [
    (AUDIT_READ, "Read"),
    (AUDIT_AGGREGATE, "Counted or summed up"),
    (AUDIT_SEARCH, "Searched"),
    (AUDIT_DOWNLOAD, "Downloaded"),
    (AUDIT_EXPORT, "Exported"),
    (AUDIT_PRINT, "Printed"),
    (AUDIT_CREATE, "Created"),
    (AUDIT_WRITE, "Changed"),
    (AUDIT_UNLINK, "Deleted"),
    (AUDIT_DENIED, "Was denied"),
    (AUDIT_LOGIN, "Logged in"),
    (AUDIT_LOGIN_FAILED, "Failed to log in"),
    ("reveal", "Uncovered"),
    ("merge", "Merged archives"),
    ("unmerge", "Undid a merge"),
    (AUDIT_ERASE, "Erased"),
    (AUDIT_PURGE, "Took old entries out of the log"),
    ("backup", "Backed up"),
    ("restore", "Restored"),
    ("job", "Ran a job"),
]
# Operations that are written at once on a connection of their own, so that no rollback takes them away.
AUDIT_AT_ONCE = (AUDIT_DENIED, AUDIT_LOGIN, AUDIT_LOGIN_FAILED)
CHANNEL_WEB = "web"
CHANNEL_RPC = "rpc"
CHANNEL_PORTAL = "portal"
CHANNEL_CRON = "cron"
CHANNEL_SHELL = "shell"
AUDIT_CHANNELS = [
    (CHANNEL_WEB, "Browser"),
    (CHANNEL_RPC, "Other program"),
    (CHANNEL_PORTAL, "Customer portal"),
    (CHANNEL_CRON, "Scheduled action"),
    (CHANNEL_SHELL, "Command line"),
]

# What alerts about the log are about.
ALERT_MANY_RECORDS = "many_records"
ALERT_MANY_EXPORTS = "many_exports"
ALERT_ODD_HOURS = "odd_hours"
ALERT_OTHERS = "others"
ALERT_FIRST_EXPORT = "first_export"
ALERT_LEAVING = "leaving"
ALERT_KINDS = [
    (ALERT_MANY_RECORDS, "Many records"),
    (ALERT_MANY_EXPORTS, "Many exports"),
    (ALERT_ODD_HOURS, "Odd hours"),
    (ALERT_OTHERS, "Customers of others"),
    (ALERT_FIRST_EXPORT, "First export"),
    (ALERT_LEAVING, "Leaving"),
]
# Personal data: what a request asks for, and what becomes of the rows of a place.
COPY, CORRECT, ERASE, OBJECT = "copy", "correct", "erase", "object"
REQUEST_KINDS = [
    (COPY, "Access and copy"),
    (CORRECT, "Correction"),
    (ERASE, "Erasure"),
    (OBJECT, "Objection or withdrawal of consent"),
]
GIVEN, WITHDRAWN = "given", "withdrawn"
CONSENT_DECISIONS = [(GIVEN, "Given"), (WITHDRAWN, "Withdrawn")]
DELETE, BLANK, MENTION, KEEP = "delete", "blank", "mention", "keep"
PLACE_ACTIONS = [
    (DELETE, "Deleted"),
    (BLANK, "Emptied"),
    (MENTION, "Replaced in texts"),
    (KEEP, "Kept"),
]
# States in which a request is closed.
DONE_STATES = ("done", "refused")

# Where contracts stand, as in tools.contract.
CONTRACT_STATES = [
    ("draft", "Draft"),
    ("sent", "Waiting for Signature"),
    ("upcoming", "Signed, Not Begun"),
    ("active", "Contract in Force"),
    ("expiring", "Decision Due"),
    ("expired", "Expired"),
    ("replaced", "Replaced"),
    ("terminated", "Terminated"),
    ("cancelled", "Cancelled"),
]

# Interactions with customers.
PLANNED, DONE, CANCELLED = "planned", "done", "cancelled"
INTERACTION_STATES = [(PLANNED, "Planned"), (DONE, "Done"), (CANCELLED, "Cancelled")]
FROM_HAND, FROM_EVENT, FROM_ACTIVITY, FROM_MAIL = "hand", "event", "activity", "mail"
INTERACTION_SOURCES = [
    (FROM_HAND, "By hand"),
    (FROM_EVENT, "Calendar"),
    (FROM_ACTIVITY, "Activity"),
    (FROM_MAIL, "E-mail"),
]
OUTCOMES = [("good", "Went well"), ("open", "Still open"), ("bad", "Went badly")]
PROMISE_OPEN, PROMISE_KEPT, PROMISE_BROKEN = "open", "kept", "broken"
PROMISE_STATES = [(PROMISE_OPEN, "Open"), (PROMISE_KEPT, "Promise Kept"), (PROMISE_BROKEN, "Broken")]

# Cases, as in tools.case.
CASE_KINDS = [("service", "Service"), ("complaint", "Complaint"), ("feedback", "Feedback")]
CASE_SEVERITIES = [("minor", "Minor"), ("moderate", "Average"), ("serious", "Serious"), ("critical", "Critical")]
CASE_PRIORITIES = [("0", "Normal"), ("1", "Raised"), ("2", "High"), ("3", "Urgent")]
CASE_URGENCIES = [("raised", "One step more urgent"), ("top", "Always urgent")]
CASE_ALERTS = [("complaint", "Complaints at once"), ("all", "Every case at once")]
MEASURE_KINDS = [("corrective", "Corrective"), ("preventive", "Preventive")]
MEASURE_STATES = [("open", "To Do"), ("done", "Measure Done")]
CASE_STATES = [
    ("new", "New Case"),
    ("progress", "In Work"),
    ("waiting", "Waiting for Customer"),
    ("resolved", "Resolved"),
    ("visited", "Return Visit Made"),
    ("closed", "Case Closed"),
    ("cancelled", "Cancelled"),
]
# Follow-ups: what calls for one, what is done, and what came of it.
VISIT, BIRTHDAY, CONTRACT_END, CONTRACT_RENEWAL, PROMOTION, CASE_VISIT, CONFIRMATION = (
    "visit", "birthday", "contract_end", "contract_renewal", "promotion", "case_visit", "confirmation",
)
FOLLOWUP_TRIGGERS = [
    (VISIT, "Visit overdue"),
    (BIRTHDAY, "Birthday of a person"),
    (CONTRACT_END, "Contract ends"),
    (CONTRACT_RENEWAL, "Last day to give notice of a contract"),
    (PROMOTION, "Day of a promotion"),
    (CASE_VISIT, "Return visit of a case"),
    (CONFIRMATION, "Facts to be confirmed"),
]
ACTIVITY, MAIL, SMS = "activity", "mail", "sms"
SKIPPED, MISSED = "skipped", "missed"
FOLLOWUP_STATES = [
    (PLANNED, "Planned"),
    (DONE, "Done"),
    (SKIPPED, "Skipped"),
    (MISSED, "Missed"),
    (CANCELLED, "Cancelled"),
]
NO_OWNER, NO_ADDRESS, BLACKLISTED, NO_CONSENT = "no_owner", "no_address", "blacklisted", "no_consent"
NO_CAMPAIGNS, FAILED, BY_PERSON, GONE, RULE_OFF = "no_campaigns", "failed", "by_person", "gone", "rule_off"
FOLLOWUP_REASONS = [
    (NO_OWNER, "The customer has no owner"),
    (NO_ADDRESS, "No e-mail address or phone number"),
    (BLACKLISTED, "The person wants no messages"),
    (NO_CONSENT, "The person did not consent"),
    (NO_CAMPAIGNS, "The customer's policy rules out campaigns"),
    (FAILED, "It could not be sent"),
    (BY_PERSON, "Skipped by hand"),
    (GONE, "The occasion is gone"),
    (RULE_OFF, "The rule was switched off"),
]
# Reasons that somebody can mend: until the occasion is over it is tried again.
FOLLOWUP_MENDABLE = (NO_OWNER, NO_ADDRESS, BLACKLISTED, NO_CONSENT, NO_CAMPAIGNS, FAILED)
# Confirmations by customers.
TO_SEND, ASKED, TO_CALL, ANSWERED, UNANSWERED = "draft", "sent", "call", "answered", "expired"
VERIFICATION_STATES = [
    (TO_SEND, "To Send"),
    (ASKED, "Waiting for an Answer"),
    (TO_CALL, "To Ask by Phone"),
    (ANSWERED, "Answered"),
    (UNANSWERED, "No Answer"),
    (CANCELLED, "Cancelled"),
]
OPEN_VERIFICATIONS = (TO_SEND, ASKED, TO_CALL)
FROM_CUSTOMER, FROM_STAFF, FROM_REGISTRY, FROM_IMPORT = "customer", "staff", "registry", "import"
FACT_SOURCES = [
    (FROM_CUSTOMER, "Customer"),
    (FROM_STAFF, "Employee"),
    (FROM_REGISTRY, "Public register"),
    (FROM_IMPORT, "Import"),
]
FACT_OPEN, FACT_CONFIRMED, FACT_CORRECTED = "open", "confirmed", "corrected"
FACT_OUTCOMES = [(FACT_OPEN, "Not Answered"), (FACT_CONFIRMED, "Confirmed"), (FACT_CORRECTED, "Corrected")]

# Archives that nobody has cared for.
UNVERIFIED, BOUNCED, UNREACHABLE, INACTIVE = "unverified", "bounced", "unreachable", "inactive"
STALE_REASONS = [
    (UNVERIFIED, "Facts not confirmed"),
    (BOUNCED, "Mail comes back"),
    (UNREACHABLE, "Cannot be reached"),
    (INACTIVE, "No business, no contact"),
]
