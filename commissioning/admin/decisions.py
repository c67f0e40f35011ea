"""Decision notices in the staff site."""

from django.contrib import admin

from commissioning.admin.base import FOR_STAFF, PUBLICATION, PublishableAdmin
from commissioning.admin.columns import list_address
from commissioning.admin.filters import year_of
from commissioning.admin.publishing import publication_verbs
from commissioning.models import Award, DecisionNotice, Entry


@admin.register(DecisionNotice)
class DecisionNoticeAdmin(PublishableAdmin):
    verbs = publication_verbs("publish_decisionnotice", [])
    list_display = ["reference", "title", "decided_on", "status", "signatory", "is_published"]
    list_filter = ["status", "is_published", year_of("decided_on")]
    search_fields = ["reference", "title", "summary"]
    date_hierarchy = "decided_on"
    fieldsets = [
        (
            None,
            {
                "fields": ["reference", "title", "decided_on", "signatory", "document_url"],
                "description": "Published with the notice.",
            },
        ),
        (
            "What it says",
            {
                "fields": ["status", "confidential_ground", "summary"],
                "description": (
                    "A notice that is not wholly public is published as one line, with the ground."
                ),
            },
        ),
        FOR_STAFF,
        PUBLICATION,
    ]

    def next_steps(self, request, obj):
        return [
            ("Awards", list_address(Award, decision__id__exact=obj.pk)),
            ("Journal", list_address(Entry, decision__id__exact=obj.pk)),
        ]
