"""The addresses of all pages."""

from __future__ import annotations

from django.urls import include, path

from timshel.interfaces.web import tokens
from timshel.interfaces.web.arranging import arrange
from timshel.interfaces.web.live import live
from timshel.interfaces.web.mails import views as mails
from timshel.interfaces.web.preferences import display, preferences
from timshel.interfaces.web.search.views import search_page
from timshel.interfaces.web.sign_in import sign_in, sign_out

urlpatterns = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-out", sign_out, name="sign-out"),
    path("preferences", preferences, name="preferences"),
    path("preferences/tokens", tokens.tokens, name="token-list"),
    path("preferences/tokens/<int:token_id>/revoke", tokens.revoke, name="token-revoke"),
    path("preferences/display", display, name="display"),
    path("arrange/<str:page>", arrange, name="arrange"),
    path("live", live, name="live"),
    path("search", search_page, name="search"),
    path("search/", include("timshel.interfaces.web.search.urls")),
    path("", include("timshel.interfaces.web.notifications.urls")),
    path("", include("timshel.interfaces.web.keys.urls")),
    path("", include("timshel.interfaces.web.status.urls")),
    path("mail/<int:entry_id>/original", mails.original, name="mail-original"),
    path("mail/pictures/<str:token>", mails.picture, name="mail-picture"),
    path("mail/messages/<int:message_id>/raw", mails.raw, name="mail-raw"),
    path("desk/", include("timshel.interfaces.web.desk.urls")),
    path("administration/", include("timshel.interfaces.web.administration.urls")),
    path("governance/", include("timshel.interfaces.web.governance.urls")),
    path("", include("timshel.interfaces.web.portal.urls")),
]
