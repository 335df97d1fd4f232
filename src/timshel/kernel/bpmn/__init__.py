"""Processes as BPMN 2.0 diagrams: read, checked, run and explored.

The one package that knows SpiffWorkflow. Nothing here reads a table or a clock: facts and the
moment are arguments, and a run is plain JSON.

- ``diagram``: what a diagram says, as frozen dataclasses;
- ``reading``: a diagram from XML, safely;
- ``extensions``: what we add to BPMN: tasks, approvals, calls, words;
- ``durations``: ISO 8601 durations and moments;
- ``values``: what expressions may read, and what they give;
- ``vocabulary``: what a diagram may name: services with their values, teams, forms …;
- ``checks``: what cannot run in a diagram, in sentences that say where and what to do;
- ``oddities``, ``structure``, ``expressions``: the parts of the checks;
- ``graph``: which elements lie after which;
- ``records``: what a run tells of itself: steps that wait, elements passed, ends, obstacles;
- ``ledger``: the passes of a run, in order;
- ``machinery``: how each kind of element behaves, on SpiffWorkflow's tasks;
- ``course``: tokens arrive, wait and go on; errors climb to who catches them;
- ``exploring``: which ends can be reached, and by which choices;
- ``identity``: the same drawing as another process;
- ``translating``: the XML with names in another language;
- ``steering``: going back and going elsewhere;
- ``engine``: a run behind a small API: begin, restore, complete, tick, repeat, move.
"""
