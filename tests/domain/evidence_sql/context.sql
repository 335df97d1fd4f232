-- issue.in_review
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM issue_issue WHERE state IN ('open', 'watched') AND owner_id IS NOT NULL;

-- issue.internal
SELECT count(*) FILTER (WHERE state <> 'closed'), count(*) FILTER (WHERE state = 'closed')
FROM issue_issue WHERE kind IN ('people', 'structure', 'technology', 'money', 'culture');

-- issue.external
SELECT count(*) FILTER (WHERE state <> 'closed'), count(*) FILTER (WHERE state = 'closed')
FROM issue_issue
WHERE kind IN ('political', 'economic', 'social', 'technical', 'legal', 'environmental');

-- issue.reviewed
SELECT count(*) FILTER (WHERE reviewed_at > @ago AND reviewed_at <= @now),
       count(*) FILTER (WHERE reviewed_at <= @ago)
FROM issue_issuereview WHERE finding <> '';

-- party.in_review
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM interested_parties_interestedparty;

-- party.reviewed
SELECT count(*) FILTER (WHERE reviewed_at > @ago AND reviewed_at <= @now),
       count(*) FILTER (WHERE reviewed_at <= @ago)
FROM interested_parties_partyreview;

-- need.decided
SELECT count(*) FILTER (WHERE p.review_date >= @today), count(*) FILTER (WHERE p.review_date < @today)
FROM interested_parties_need n JOIN interested_parties_interestedparty p ON p.id = n.party_id
WHERE n.standing <> 'not_met';

-- need.binding
SELECT count(*) FILTER (WHERE p.review_date >= @today), count(*) FILTER (WHERE p.review_date < @today)
FROM interested_parties_need n JOIN interested_parties_interestedparty p ON p.id = n.party_id
WHERE n.basis <> 'expectation';

-- need.traced
SELECT count(DISTINCT n.id) FILTER (WHERE p.review_date >= @today),
       count(DISTINCT n.id) FILTER (WHERE p.review_date < @today)
FROM interested_parties_need n
JOIN interested_parties_interestedparty p ON p.id = n.party_id
JOIN interested_parties_needmetby m ON m.need_id = n.id;

-- scope.approved
SELECT (SELECT count(*) FROM scope_scopestatement WHERE state = 'approved'),
       (SELECT count(*) FROM scope_scopestatement WHERE state = 'superseded');

-- scope.unit
SELECT count(*) FILTER (WHERE s.state = 'approved'), count(*) FILTER (WHERE s.state = 'superseded')
FROM scope_scopeitem i JOIN scope_scopestatement s ON s.id = i.scope_id
WHERE i.kind = 'unit' AND NOT i.is_excluded;

-- scope.surroundings
SELECT count(*) FILTER (WHERE s.state = 'approved'), count(*) FILTER (WHERE s.state = 'superseded')
FROM scope_scopeitem i JOIN scope_scopestatement s ON s.id = i.scope_id
WHERE i.kind NOT IN ('service', 'unit');

-- scope.excluded
SELECT count(*) FILTER (WHERE s.state = 'approved'), count(*) FILTER (WHERE s.state = 'superseded')
FROM scope_scopeitem i JOIN scope_scopestatement s ON s.id = i.scope_id
WHERE i.is_excluded AND length(i.reason) > 0;

-- scope.live_service
SELECT count(*) FILTER (WHERE v.life_cycle = 'live'),
       count(*) FILTER (WHERE v.id IS NULL OR v.life_cycle <> 'live')
FROM scope_scopeitem i
JOIN scope_scopestatement s ON s.id = i.scope_id AND s.state = 'approved'
LEFT JOIN service_service v ON v.code = i.code
WHERE i.kind = 'service' AND NOT i.is_excluded;

-- process.published
SELECT (SELECT count(*) FROM process_processversion WHERE state = 'published'),
       (SELECT count(*) FROM process_processversion WHERE state = 'retired');

-- process.run
SELECT count(*) FILTER (WHERE started_at > @ago AND started_at <= @now),
       count(*) FILTER (WHERE started_at <= @ago)
FROM process_processrun;

-- system.kept
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM journal_entry
WHERE subject_kind IN ('context_issue', 'interested_party', 'scope_statement', 'charter_promise',
  'risk', 'risk_area', 'risk_criteria', 'objective', 'planned_action', 'document', 'meeting',
  'board', 'audit', 'audit_finding', 'audit_programme', 'nonconformity', 'audit_recommendation',
  'improvement', 'improvement_cycle', 'responsibility_matrix', 'responsibility_role', 'process');
