"""Settings of the copy: a database in memory, whose tables are those of the models as they are."""

from tests.settings import *  # noqa: F403

FROM_MODELS = dict.fromkeys(OUR_APPS)  # noqa: F405
