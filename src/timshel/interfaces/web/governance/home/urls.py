"""The address of the page that shows where the management system stands."""

from __future__ import annotations

from functools import partial

from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.home import views
from timshel.interfaces.web.governance.home.cards import CARDS

path = partial(guarded_path, permissions=tuple(CARDS))

urlpatterns = [path("standing", views.standing, name="standing")]
