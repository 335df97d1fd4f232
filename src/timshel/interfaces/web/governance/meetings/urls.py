"""The addresses of boards and meetings, below ``/governance``: members see their own."""

from __future__ import annotations

from django.urls import path

from timshel.interfaces.web.governance.meetings import boards, files, minutes, views

BOARD = "boards/<str:board>"
MEETING = "meetings/<str:meeting>"

urlpatterns = [
    path("boards", boards.boards, name="board-list"),
    path("boards/new", boards.new_board, name="board-new"),
    path(BOARD, boards.one, name="board"),
    path(f"{BOARD}/change", boards.change, name="board-change"),
    path(f"{BOARD}/members/new", boards.new_member, name="board-member-new"),
    path(f"{BOARD}/members/<str:member>/end", boards.end_member, name="board-member-end"),
    path("meetings", views.meetings, name="meeting-list"),
    path("meetings/mine", views.mine, name="meeting-mine"),
    path("meetings/new", views.new_meeting, name="meeting-new"),
    path(MEETING, views.one, name="meeting"),
    path(f"{MEETING}/change", views.change, name="meeting-change"),
    path(f"{MEETING}/agenda", views.agenda, name="meeting-agenda"),
    path(f"{MEETING}/prepare", views.prepare, name="meeting-prepare"),
    path(f"{MEETING}/cancel", views.cancel, name="meeting-cancel"),
    path(f"{MEETING}/minutes", minutes.write, name="meeting-minutes"),
    path(f"{MEETING}/decide", minutes.decide, name="meeting-decide"),
    path(
        f"{MEETING}/decisions/<int:decision>/remove",
        minutes.remove_decision,
        name="meeting-decision-remove",
    ),
    path(f"{MEETING}/hold", minutes.hold, name="meeting-hold"),
    path(f"{MEETING}/approve", minutes.approve, name="meeting-approve"),
    path(f"{MEETING}/ics", files.as_ics, name="meeting-ics"),
    path(f"{MEETING}/pdf", files.as_pdf, name="meeting-pdf"),
]
