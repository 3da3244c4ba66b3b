"""One settings file; every value that differs between machines comes from the environment.

`HALL_PROFILE` is `local` (the default: `manage.py up`, tests, a demonstration) or `production`, which refuses to start
with debugging on, a default secret, or a missing encryption key (hall/production.py).
"""

import os
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF

from hall import public_styles
from hall.local.databases import database_settings
from hall.local.paths import data_dir, redis_socket
from hall.local.secrets import local_secrets
from hall.production import is_production, refuse_unsafe_start

BASE_DIR = Path(__file__).resolve().parent.parent
PROFILE = os.environ.get("HALL_PROFILE", "local")
PRODUCTION = is_production(PROFILE)
DATA_DIR = data_dir()
_secrets: dict[str, str] = {} if PRODUCTION else local_secrets()

DEBUG = os.environ.get("HALL_DEBUG", "") == "1"
SECRET_KEY = os.environ.get("HALL_SECRET_KEY", _secrets.get("secret_key", ""))
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("HALL_SECRET_KEY_FALLBACKS", "").split(",") if key]
# Field keys: "id:base64,id:base64"; the first one encrypts, all of them decrypt. The index key never encrypts anything.
FIELD_KEYS = os.environ.get("HALL_FIELD_KEYS", _secrets.get("field_keys", ""))
INDEX_KEY = os.environ.get("HALL_INDEX_KEY", _secrets.get("index_key", ""))

ALLOWED_HOSTS = os.environ.get("HALL_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("HALL_TRUSTED_ORIGINS", "").split(",") if o]
# How many proxies of our own stand in front; the client address is read that far from the right and no further.
TRUSTED_PROXIES = int(os.environ.get("HALL_TRUSTED_PROXIES", "0"))
# Links in messages and QR codes use this, never a request's Host header.
PUBLIC_ORIGIN = os.environ.get("HALL_PUBLIC_ORIGIN", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # TemplatesSetting finds the widgets' own templates through it
    "crispy_forms",
    "crispy_bootstrap5",
    "simple_history",
    "rules",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "hall.local",
    "hall.workdays",
    "hall.privacy",
    "hall.ledger",
    "hall.outbox",
    "hall.organisation",
    "hall.access",
    "hall.backup",
    "hall.facts",
    "hall.exports",
    "hall.audit",
    "hall.retention",
    "hall.evaluation",
    "hall.rectification",
    "hall.supervision",
    "hall.conduct",
    "hall.pledges",
    "hall.appraisal",
    "approvals.catalogue",
    "approvals.cases",
    "approvals.demonstration",
    "approvals.city",
    "hall.dashboard",
    "hall.reports",
    "hall.bench",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # early: a request refused below gets its header too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hall.access.compression.CitizensCompression",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "hall.refusals.RefusalPages",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "hall.access.middleware.StaffSessionMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "hall.urls"
WSGI_APPLICATION = "hall.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hall.access.context.frame",
            ],
            "builtins": ["hall.tags"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("bootstrap5",)
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# What nobody may choose as a password (hall/access/guessable.py): further words, and a file of leaked passwords.
PASSWORD_WORDS = [word for word in os.environ.get("HALL_PASSWORD_WORDS", "").split(",") if word]
BREACHED_PASSWORDS = os.environ.get("HALL_BREACHED_PASSWORDS", "")
LOGIN_URL = "access:login"
LOGIN_REDIRECT_URL = "/work/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("HALL_STATIC_ROOT", DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    # What applicants hand in is readable by the portal only.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Sessions live in PostgreSQL: no request depends on Redis (law 1). Twelve hours at most, idle time-out by middleware.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION and TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, public_styles.source()],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "fullscreen")
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# Celery is a doorbell: tasks carry no data of their own and may be lost without loss (law 1). JSON only.
CELERY_BROKER_URL = os.environ.get("REDIS_URL") or f"redis+socket://{redis_socket()}"
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # LOGGING below decides what may be written
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,  # above the hard time limit, or a slow task would be started a second time
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "unacked_restore_throttle": 1,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "hall.local.ticking:SteadyScheduler"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "approvals.cases.tasks.sweep", "schedule": 20.0, "options": {"expires": 20}},
    "relay": {"task": "hall.outbox.tasks.relay", "schedule": 5.0, "options": {"expires": 5}},
    "recalculate": {"task": "hall.workdays.tasks.recalculate", "schedule": 5.0, "options": {"expires": 5}},
    "try_out": {"task": "hall.workdays.tasks.try_out", "schedule": 5.0, "options": {"expires": 5}},
    "seal": {"task": "hall.ledger.tasks.seal", "schedule": 30.0, "options": {"expires": 30}},
    "roll": {"task": "hall.dashboard.tasks.roll", "schedule": 60.0, "options": {"expires": 60}},
    "roll-facts": {
        "task": "hall.dashboard.tasks.roll_facts",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "heads": {"task": "hall.ledger.tasks.publish", "schedule": crontab(hour=18, minute=40)},  # 02:40 Beijing
    "erase": {"task": "hall.retention.tasks.erase", "schedule": crontab(hour=19, minute=10)},  # 03:10 Beijing
    "remove_logs": {"task": "hall.audit.tasks.remove_logs", "schedule": crontab(hour=19, minute=40)},  # 03:40 Beijing
    "check_accounts": {"task": "hall.audit.tasks.check_accounts", "schedule": 3600.0, "options": {"expires": 3600}},
    "audit": {"task": "hall.audit.tasks.watch", "schedule": 60.0, "options": {"expires": 60}},
    "purge": {"task": "hall.ledger.tasks.purge", "schedule": 3600.0, "options": {"expires": 3600}},
    "addresses": {"task": "hall.evaluation.tasks.purge", "schedule": 3600.0, "options": {"expires": 3600}},
    "reports": {"task": "hall.reports.tasks.write", "schedule": 5.0, "options": {"expires": 5}},
    "schedule_reports": {"task": "hall.reports.tasks.schedule", "schedule": 900.0, "options": {"expires": 900}},
    "watch": {"task": "hall.supervision.tasks.watch", "schedule": 60.0, "options": {"expires": 60}},
    "grounds": {"task": "hall.supervision.tasks.review_grounds", "schedule": 600.0, "options": {"expires": 600}},
    "sessions": {"task": "hall.access.tasks.forget_sessions", "schedule": 3600.0, "options": {"expires": 3600}},
    "clearances": {"task": "hall.exports.tasks.forget", "schedule": 3600.0, "options": {"expires": 3600}},
    "appraise": {"task": "hall.appraisal.tasks.recompute", "schedule": crontab(hour=18, minute=10)},  # 02:10 Beijing
    "look_after_backups": {"task": "hall.backup.tasks.look_after", "schedule": 600.0, "options": {"expires": 600}},
    "check_backups": {"task": "hall.backup.tasks.check", "schedule": 3600.0, "options": {"expires": 3600}},
    "collect_files": {"task": "hall.backup.tasks.collect", "schedule": 30.0, "options": {"expires": 30}},
    "rectification": {"task": "hall.rectification.tasks.watch", "schedule": 300.0, "options": {"expires": 300}},
}

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "hall.access.lockouts.QuietHandler"  # of a failed log-in nothing is kept but name and place
# One page for every request: the answer of axes to a script repeats the name and allows every origin to read it.
AXES_LOCKOUT_CALLABLE = "hall.access.views.locks.locked_page"
# Behind proxies everybody would share the proxy's address, and a stranger could lock out any name in the hall.
AXES_CLIENT_IP_CALLABLE = "hall.access.addresses.lockout_address"
OTP_TOTP_ISSUER = "政务服务大厅"

# Heads of the ledger's chains are published here once a day: best a place the database's administrator cannot write to.
LEDGER_HEADS_DIR = Path(os.environ.get("HALL_HEADS_DIR", DATA_DIR / "heads"))

# Messages go to files until a hall configures a gateway (hall/outbox/channels.py).
OUTBOX_DIR = DATA_DIR / "outbox"
EMAIL_BACKEND = os.environ.get("HALL_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = DATA_DIR / "outbox" / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("HALL_FROM_EMAIL", "noreply@localhost")

# To standard error, which `manage.py up` keeps in its data folder. No record repeats a person's data (law 13).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": "hall.local.logs.QuietFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "hall": {"level": "INFO"},
        "approvals": {"level": "INFO"},
    },
}

if PRODUCTION:
    refuse_unsafe_start(
        debug=DEBUG, secret_key=SECRET_KEY, field_keys=FIELD_KEYS, index_key=INDEX_KEY, hosts=ALLOWED_HOSTS,
        databases=[os.environ.get(name, "") for name in ("DATABASE_URL", "HALL_APP_DATABASE_URL")],
        broker=CELERY_BROKER_URL,
    )  # fmt: skip
