"""One's notices: all or what is unread, by what they are about; opened, read and unread again."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.sign_in import safe_address
from timshel.kernel import live
from timshel.kernel.paging import LARGEST_NUMBER
from timshel.support.notification import actions, queries
from timshel.support.notification.actions.telling import region
from timshel.support.notification.queries import NoticeFilter
from timshel.support.notification.topics import Topic

# What a list is narrowed to: the beginnings of the topics.
SUBJECTS = {
    "": gettext_lazy("Everything"),
    "work": gettext_lazy("Work and cases"),
    "clock": gettext_lazy("Time"),
    "approval": gettext_lazy("Approvals"),
    "other": gettext_lazy("Other"),
}
LISTS = {"": gettext_lazy("All"), "unread": gettext_lazy("Unread")}


@require_safe
def notices(request: TimshelRequest) -> HttpResponse:
    """Show a page of notices by day."""
    token = live.token()
    show, subject = request.GET.get("show", ""), request.GET.get("about", "")
    only = NoticeFilter(is_unread=show == "unread", topics=_topics(subject))
    page = queries.notice_list(
        actor=request.actor, at=request.at, only=only, cursor=request.GET.get("cursor")
    )
    actions.mark_seen(actor=request.actor, at=request.at)
    days = groupby(page.items, key=lambda row: timezone.localdate(row.at))
    context = {
        "page": page,
        "days": [(day, list(rows)) for day, rows in days],
        "lists": LISTS.items(),
        "show": show if show in LISTS else "",
        "subjects": SUBJECTS.items(),
        "subject": subject if subject in SUBJECTS else "",
        "newest": page.items[0].id if page.items and "cursor" not in request.GET else None,
        "live_token": token,
        "live_regions": [region(request.actor.person_id or 0)],
    }
    return render(request, "notifications/list.html", context)


@require_safe
def open_notice(request: TimshelRequest, notice_id: int) -> HttpResponse:
    """Mark a notice as read and go to what it is about."""
    key = min(notice_id, LARGEST_NUMBER)
    row = queries.notice(key, actor=request.actor, at=request.at)
    actions.mark_read(key, actor=request.actor, at=request.at)
    return HttpResponseRedirect(row.address or reverse("notification-list"))


@require_POST
def mark(request: TimshelRequest, notice_id: int) -> HttpResponse:
    """Mark a notice as read, or as not read after all."""
    actions.mark_read(
        min(notice_id, LARGEST_NUMBER),
        is_read=request.POST.get("read", "yes") == "yes",
        actor=request.actor,
        at=request.at,
    )
    return _back(request)


@require_POST
def mark_all(request: TimshelRequest) -> HttpResponse:
    """Mark all notices as read that were there when the page was drawn."""
    newest = request.POST.get("newest", "")
    until_id = min(int(newest), LARGEST_NUMBER) if newest.isdecimal() else None
    actions.mark_all_read(actor=request.actor, at=request.at, until_id=until_id)
    messages.success(request, _("All your notices are marked as read."))
    return _back(request)


def _back(request: TimshelRequest) -> HttpResponse:
    target = safe_address(request, request.POST.get("next", ""), reverse("notification-list"))
    return HttpResponseRedirect(target)


def _topics(subject: str) -> frozenset[Topic]:
    if subject not in SUBJECTS or not subject:
        return frozenset()
    known = tuple(f"{each}." for each in SUBJECTS if each not in {"", "other"})
    if subject == "other":
        return frozenset(topic for topic in Topic if not topic.startswith(known))
    return frozenset(topic for topic in Topic if topic.startswith(f"{subject}."))
