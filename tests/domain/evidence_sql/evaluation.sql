-- audit.of_5.2
SELECT count(*) FILTER (WHERE a.ends_on > @three_years_ago AND a.ends_on <= @today),
       count(*) FILTER (WHERE a.ends_on <= @three_years_ago)
FROM internal_audit_scopeitem s JOIN internal_audit_audit a ON a.id = s.audit_id
WHERE s.kind = 'clause' AND s.code ~ '^5[.]2([.]|$)' AND a.state IN ('reported', 'closed');

-- audit.of_8.5.1
SELECT count(*) FILTER (WHERE a.ends_on > @three_years_ago AND a.ends_on <= @today),
       count(*) FILTER (WHERE a.ends_on <= @three_years_ago)
FROM internal_audit_scopeitem s JOIN internal_audit_audit a ON a.id = s.audit_id
WHERE s.kind = 'clause' AND s.code ~ '^8[.]5[.]1([.]|$)' AND a.state IN ('reported', 'closed');

-- audit.of_8.6.1
SELECT count(*) FILTER (WHERE a.ends_on > @three_years_ago AND a.ends_on <= @today),
       count(*) FILTER (WHERE a.ends_on <= @three_years_ago)
FROM internal_audit_scopeitem s JOIN internal_audit_audit a ON a.id = s.audit_id
WHERE s.kind = 'clause' AND s.code ~ '^8[.]6[.]1([.]|$)' AND a.state IN ('reported', 'closed');

-- audit.due_7.2
SELECT count(*) FILTER (WHERE a.ends_on >= @today), count(*) FILTER (WHERE a.ends_on < @today)
FROM internal_audit_scopeitem s JOIN internal_audit_audit a ON a.id = s.audit_id
WHERE s.kind = 'clause' AND s.code ~ '^7[.]2([.]|$)' AND a.state IN ('planned', 'running');

-- audit.due_7.3
SELECT count(*) FILTER (WHERE a.ends_on >= @today), count(*) FILTER (WHERE a.ends_on < @today)
FROM internal_audit_scopeitem s JOIN internal_audit_audit a ON a.id = s.audit_id
WHERE s.kind = 'clause' AND s.code ~ '^7[.]3([.]|$)' AND a.state IN ('planned', 'running');

-- audit.due_8.2.4
SELECT count(*) FILTER (WHERE a.ends_on >= @today), count(*) FILTER (WHERE a.ends_on < @today)
FROM internal_audit_scopeitem s JOIN internal_audit_audit a ON a.id = s.audit_id
WHERE s.kind = 'clause' AND s.code ~ '^8[.]2[.]4([.]|$)' AND a.state IN ('planned', 'running');

-- audit.due_8.3.3
SELECT count(*) FILTER (WHERE a.ends_on >= @today), count(*) FILTER (WHERE a.ends_on < @today)
FROM internal_audit_scopeitem s JOIN internal_audit_audit a ON a.id = s.audit_id
WHERE s.kind = 'clause' AND s.code ~ '^8[.]3[.]3([.]|$)' AND a.state IN ('planned', 'running');

-- audit.due_8.6.2
SELECT count(*) FILTER (WHERE a.ends_on >= @today), count(*) FILTER (WHERE a.ends_on < @today)
FROM internal_audit_scopeitem s JOIN internal_audit_audit a ON a.id = s.audit_id
WHERE s.kind = 'clause' AND s.code ~ '^8[.]6[.]2([.]|$)' AND a.state IN ('planned', 'running');

-- audit.due_8.7.1
SELECT count(*) FILTER (WHERE a.ends_on >= @today), count(*) FILTER (WHERE a.ends_on < @today)
FROM internal_audit_scopeitem s JOIN internal_audit_audit a ON a.id = s.audit_id
WHERE s.kind = 'clause' AND s.code ~ '^8[.]7[.]1([.]|$)' AND a.state IN ('planned', 'running');

-- audit.programme
SELECT count(*) FILTER (WHERE state = 'agreed' AND @today BETWEEN starts_on AND ends_on),
       count(*) FILTER (WHERE state = 'closed' OR ends_on < @today)
FROM internal_audit_programme WHERE objectives <> '';

-- audit.weighed
SELECT count(*) FILTER (WHERE ends_on >= @today), count(*) FILTER (WHERE ends_on < @today)
FROM internal_audit_programme WHERE importance::text <> '{}';

-- audit.criteria
SELECT count(*) FILTER (WHERE ends_on > @day_ago), count(*) FILTER (WHERE ends_on <= @day_ago)
FROM internal_audit_audit WHERE criteria <> '' AND state <> 'cancelled';

-- audit.independent
SELECT count(*) FILTER (WHERE a.ends_on > @day_ago), count(*) FILTER (WHERE a.ends_on <= @day_ago)
FROM internal_audit_auditor o
JOIN internal_audit_audit a ON a.id = o.audit_id AND a.state <> 'cancelled'
WHERE o.person_id NOT IN (
  SELECT v.owner_id FROM internal_audit_scopeitem s JOIN service_service v ON v.code = s.code
  WHERE s.audit_id = o.audit_id AND s.kind = 'service' AND v.owner_id IS NOT NULL);

-- audit.reported
-- nothing: the last report of an audit of the demonstration is more than a year old
SELECT count(*) FILTER (WHERE reported_at > @ago AND reported_at <= @now),
       count(*) FILTER (WHERE reported_at <= @ago)
FROM internal_audit_audit WHERE state IN ('reported', 'closed') AND conclusion <> '';

-- audit.answered
SELECT count(*) FILTER (WHERE a.starts_on > @three_years_ago AND a.starts_on <= @today),
       count(*) FILTER (WHERE a.starts_on <= @three_years_ago)
FROM internal_audit_auditquestion q JOIN internal_audit_audit a ON a.id = q.audit_id
WHERE q.answer <> '';

-- audit.question
SELECT count(*), 0 FROM internal_audit_bankquestion WHERE clause <> '';

-- finding.raised
SELECT count(*) FILTER (WHERE raised_at > @three_years_ago_now AND raised_at <= @now),
       count(*) FILTER (WHERE raised_at <= @three_years_ago_now)
FROM internal_audit_finding WHERE evidence <> '';

-- finding.answered
SELECT count(*) FILTER (WHERE state <> 'open'),
       count(*) FILTER (WHERE state = 'open' AND answer_due < @today)
FROM internal_audit_finding WHERE grade IN ('major', 'minor');

-- finding.settled
SELECT count(*), 0 FROM internal_audit_finding
WHERE grade IN ('major', 'minor') AND state IN ('followed_up', 'closed');

-- finding.nonconformity
SELECT count(*) FILTER (WHERE raised_at > @ago AND raised_at <= @now),
       count(*) FILTER (WHERE raised_at <= @ago)
FROM nonconformity_nonconformity WHERE source = 'audit_finding';

-- measure.charter
SELECT count(*) FILTER (WHERE last_day > @day_ago AND last_day <= @today),
       count(*) FILTER (WHERE last_day <= @day_ago)
FROM measurement_charterreading WHERE value IS NOT NULL;

-- measure.judged
SELECT count(*) FILTER (WHERE read_at > @ago AND read_at <= @now),
       count(*) FILTER (WHERE read_at <= @ago)
FROM measurement_charterreading WHERE is_kept IN (true, false);

-- measure.source
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM journal_entry WHERE verb = 'measurement.recorded';

-- report.reviewed
SELECT count(*) FILTER (WHERE m.starts_at > @ago AND m.starts_at <= @now),
       count(*) FILTER (WHERE m.starts_at <= @ago)
FROM meeting_agendaitem i JOIN meeting_meeting m ON m.id = i.meeting_id
WHERE i.drawn IS NOT NULL AND i.minutes <> '';
