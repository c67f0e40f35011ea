"""What the words of the register mean."""

from commissioning import glossary
from commissioning.public.views.base import PublicPage


class GlossaryPage(PublicPage):
    """Every public word of docs/glossary.md, each at an address of its own on the page."""

    template_name = "pages/glossary.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(sections=glossary.sections(), **kwargs)
