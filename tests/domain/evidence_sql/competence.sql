-- competence.needed
SELECT count(*) FILTER (WHERE NOT s.is_retired AND coalesce(t.is_active, true)),
       count(*) FILTER (WHERE s.is_retired OR NOT t.is_active)
FROM competence_need n
JOIN competence_skill s ON s.id = n.skill_id
LEFT JOIN organization_team t ON t.id = n.team_id;

-- competence.described
SELECT count(*) FILTER (WHERE NOT is_retired), count(*) FILTER (WHERE is_retired)
FROM competence_skill WHERE '' <> ALL (levels);

-- competence.certificate
SELECT count(*) FILTER (WHERE p.is_active AND coalesce(c.expires_on, 'infinity') >= @today),
       count(*) FILTER (WHERE NOT p.is_active OR c.expires_on < @today)
FROM competence_certificate c JOIN people_person p ON p.id = c.person_id
WHERE c.state = 'checked';

-- competence.level
SELECT count(*) FILTER (WHERE counts), count(*) FILTER (WHERE NOT counts)
FROM (
  SELECT p.is_active AND (NOT s.needs_certificate OR h.skill_id IN (
           SELECT c.skill_id FROM competence_certificate c
           WHERE c.person_id = p.id AND c.state = 'checked' AND c.skill_id IS NOT NULL
             AND (c.expires_on IS NULL OR c.expires_on >= @today))) AS counts
  FROM competence_holding h
  JOIN people_person p ON p.id = h.person_id
  JOIN competence_skill s ON s.id = h.skill_id AND NOT s.is_retired
  WHERE h.state = 'confirmed' AND h.level >= 1 AND h.judged_by_id <> h.person_id) held;

-- competence.signed
SELECT count(*) FILTER (WHERE g.signed_at > @ago AND g.signed_at <= @now),
       count(*) FILTER (WHERE g.signed_at <= @ago)
FROM competence_stepprogress g JOIN competence_enrolment e ON e.id = g.enrolment_id
WHERE g.state = 'signed' AND g.signed_by_id <> e.person_id;

-- competence.learning
SELECT count(*) FILTER (WHERE coalesce(e.due_date, 'infinity') >= @today),
       count(*) FILTER (WHERE e.due_date < @today)
FROM competence_enrolment e JOIN people_person p ON p.id = e.person_id AND p.is_active
WHERE e.state = 'running';

-- competence.learnt
SELECT count(*) FILTER (WHERE ended_at > @ago AND ended_at <= @now),
       count(*) FILTER (WHERE ended_at <= @ago)
FROM competence_enrolment WHERE state = 'completed';

-- competence.action
-- nothing: no action about a skill was done yet
SELECT count(*) FILTER (WHERE ended_at > @ago AND ended_at <= @now),
       count(*) FILTER (WHERE ended_at <= @ago)
FROM planned_action_plannedaction WHERE about_kind = 'skill' AND state = 'done';

-- awareness.learnt
SELECT count(*) FILTER (WHERE g.read_at > @ago AND g.read_at <= @now),
       count(*) FILTER (WHERE g.read_at <= @ago)
FROM competence_stepprogress g JOIN competence_pathstep s ON s.id = g.step_id
WHERE g.state <> 'open' AND s.document <> '';
