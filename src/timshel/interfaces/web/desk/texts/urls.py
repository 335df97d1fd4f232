"""The addresses of what a writer puts in, of macros, and of files that are kept on the way."""

from __future__ import annotations

from functools import partial

from timshel.interfaces.web.desk.texts import keeping, macro_pages, running, uploads, writing
from timshel.interfaces.web.entrance import guarded_path
from timshel.operation.macro.access import MANAGE, WORK
from timshel.operation.work.rules import VIEW

seen = partial(guarded_path, permissions=(VIEW,))
kept = partial(guarded_path, permissions=(*WORK, MANAGE))

urlpatterns = [
    kept("macros", macro_pages.macro_list, name="macro-list"),
    kept("macros/new", macro_pages.new_macro, name="macro-new"),
    kept("macros/<int:key>", macro_pages.change_macro, name="macro-change"),
    *(
        each
        for address, name, about in (
            ("replies", "reply", keeping.REPLIES),
            ("texts", "module", keeping.MODULES),
        )
        for each in (
            kept(address, keeping.text_list, name=f"{name}-list", kept=about),
            kept(f"{address}/new", keeping.new_text, name=f"{name}-new", kept=about),
            kept(f"{address}/<int:key>", keeping.change_text, name=f"{name}-change", kept=about),
        )
    ),
    seen("files", uploads.keep, name="file-keep"),
    kept("work/<str:number>/suggestions", writing.suggestions, name="work-suggestions"),
    kept("work/<str:number>/replies", writing.replies, name="work-replies"),
    kept("work/<str:number>/used", writing.note_use, name="work-text-used"),
    kept("work/<str:number>/macros", running.macros, name="work-macros"),
    kept("work/<str:number>/macros/<int:macro_id>", running.run, name="work-macro"),
]
