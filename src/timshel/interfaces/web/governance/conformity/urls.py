"""The addresses of conformity at a glance, below ``/governance``."""

from __future__ import annotations

from functools import partial

from timshel.improvement.conformity.access import JUDGE, VIEW
from timshel.interfaces.web.entrance import guarded_path
from timshel.interfaces.web.governance.conformity import exports, glance, judging

QUESTION = "conformity/questions/<str:conformity_question>"
EXPORT = "conformity/exports/<str:conformity_export>"
guarded = partial(guarded_path, permissions=(VIEW,))
judged = partial(guarded_path, permissions=(JUDGE,))

urlpatterns = [
    guarded("conformity", glance.whole, name="conformity"),
    guarded("conformity/look", glance.look, name="conformity-look"),
    guarded("conformity/looks", glance.looks, name="conformity-looks"),
    guarded("conformity/xlsx", glance.as_xlsx, name="conformity-xlsx"),
    guarded("conformity/questions", glance.questions, name="conformity-question-list"),
    guarded(QUESTION, judging.question, name="conformity-question"),
    judged(f"{QUESTION}/judge", judging.judge, name="conformity-judge"),
    guarded("conformity/clauses/<str:conformity_clause>", glance.clause, name="conformity-clause"),
    guarded("conformity/crosswalk", glance.crosswalk, name="conformity-crosswalk"),
    judged("conformity/exports", exports.all_exports, name="conformity-exports"),
    judged("conformity/export", exports.ask, name="conformity-export"),
    judged(EXPORT, exports.fetch, name="conformity-export-file"),
]
