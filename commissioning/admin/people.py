"""Members of staff and their roles in the staff site."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q

from commissioning import roles, rules
from commissioning.actions import history
from commissioning.admin.base import StaffModelAdmin
from commissioning.admin.forms import MayBeRefused
from commissioning.admin.leaving import DEACTIVATE, listed
from commissioning.admin.meanwhile import changes_of, fixed_meanwhile, overtaken
from commissioning.admin.verbs import VerbsMixin
from commissioning.figures.under_way import found_for
from commissioning.models import User

# What history never holds.
SECRET = {"password", "password1", "password2", "usable_password"}


class AccountForm(MayBeRefused, UserChangeForm):
    """An account; switching it off in passing is refused while its person has work under way."""

    def clean(self):
        cleaned = super().clean()
        off = [
            name
            for name in ("is_active", "is_staff")
            if name in self.changed_data and not self.cleaned_data.get(name)
        ]
        if off and self.instance.pk:
            try:
                rules.what_is_under_way_is_seen(self.instance, found_for(self.instance))
            except ValidationError as refusal:
                self.add_error(off[0], refusal)
        return cleaned


@admin.register(User)
class StaffUserAdmin(VerbsMixin, UserAdmin):
    """Accounts: made and switched off, never removed, so that what people did keeps their name."""

    form = AccountForm
    verbs = [DEACTIVATE]
    change_form_template = "admin/commissioning/change_form.html"
    list_display = ["username", "first_name", "last_name", "roles_shown", "is_active", "last_login"]
    list_filter = ["is_active", "groups", "is_superuser"]
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    # What lets one give oneself, or others, more than one has.
    powers = ("is_superuser", "user_permissions", "groups", "is_staff")
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Name", {"fields": ["first_name", "last_name", "email"]}),
        (
            "What they may do",
            {
                "fields": ["is_active", "is_staff", "groups", "is_superuser"],
                "description": (
                    "Choose the roles. Use “Deactivate” when somebody leaves: it lists what they "
                    "have under way, and what they did keeps their name. Superusers too cannot "
                    "approve what they recommended, or release what they requested."
                ),
            },
        ),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if obj is not None:
            older = overtaken(self, request, obj)
            form.refusal = older or fixed_meanwhile(form, request, obj)
        return form

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(
            db_field, request, **{**kwargs, "widget": forms.CheckboxSelectMultiple}
        )
        if db_field.name == "groups":
            field.label, field.help_text = "Roles", "Somebody may have several."
        return field

    @admin.display(description="roles")
    def roles_shown(self, user: User) -> str:
        named = [group.name for group in user.groups.all()]
        return ", ".join([*named, "superuser"] if user.is_superuser else named)

    def get_readonly_fields(self, request, obj=None):
        fixed = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fixed
        if _may_give_roles(request.user) and obj != request.user:
            return [*fixed, *(power for power in self.powers if power != "groups")]
        return [*fixed, *self.powers]

    def has_change_permission(self, request, obj=None):
        return not _is_stronger(obj, request.user) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def may_use(self, request, verb):
        """An account that the user could not change is not switched off by them either."""
        return super().may_use(request, verb) and self.has_change_permission(request)

    def verb_view(self, verb, request, pk):
        person = self.get_queryset(request).filter(pk=pk).first()
        if person is not None and not self.has_change_permission(request, person):
            raise PermissionDenied
        return super().verb_view(verb, request, pk)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj is not None:
            context["seen"] = changes_of(self, request, obj).count()
        if change and obj is not None and self.has_change_permission(request, obj):
            context["verb_buttons"] = self.verb_buttons(request, obj)
            context["under_way"] = listed(obj, request.user)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            # There are no accounts but those of staff.
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        before = [group.name for group in form.instance.groups.all()] if change else []
        super().save_related(request, form, formsets, change)
        changed = [name for name in form.changed_data if name not in SECRET]
        after = {name: str(form.cleaned_data[name]) for name in changed if name != "groups"}
        after["groups"] = [group.name for group in form.instance.groups.all()]
        if changed:
            history.record(
                "changed" if change else "added",
                form.instance,
                request.user,
                before={"groups": before},
                after=after,
            )

    def user_change_password(self, request, id, form_url=""):  # noqa: A002, named by Django
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            history.record("set the password of", User.objects.get(pk=id), request.user)
        return response


def _may_give_roles(user: User) -> bool:
    """Whoever may change roles may give them to others, and nobody gives one to themselves."""
    return user.has_perm("auth.change_group")


def _is_stronger(other: User | None, user: User) -> bool:
    """Whether somebody may do what the user may not: whoever sets their password could do it too.

    Or could once their account is switched on again. To whoever gives out roles only superusers
    are stronger.
    """
    if other is None or user.is_superuser:
        return False
    if _may_give_roles(user):
        return other.is_superuser
    held = Permission.objects.filter(Q(user=other) | Q(group__user=other))
    return other.is_superuser or not user.has_perms(
        f"{app_label}.{codename}"
        for app_label, codename in held.values_list("content_type__app_label", "codename")
    )


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(StaffModelAdmin, GroupAdmin):
    """Roles. Those that come with the system are put right at every upgrade, so they stay fixed."""

    list_display = ["name", "comes_with_system"]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "permissions"],
                "description": (
                    "The roles that come with the system cannot be changed here. Make a role of "
                    "your own beside them."
                ),
            },
        )
    ]

    @admin.display(description="comes with the system", boolean=True)
    def comes_with_system(self, group: Group) -> bool:
        return group.name in roles.ROLES

    def has_change_permission(self, request, obj=None):
        fixed = obj is not None and obj.name in roles.ROLES
        own = obj is not None and obj in request.user.groups.all()
        return not (fixed or own) and super().has_change_permission(request, obj)
