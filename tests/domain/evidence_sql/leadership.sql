-- review.held
SELECT count(*) FILTER (WHERE m.starts_at > @ago AND m.starts_at <= @now),
       count(*) FILTER (WHERE m.starts_at <= @ago)
FROM meeting_meeting m JOIN meeting_board b ON b.id = m.board_id
WHERE b.kind = 'management_review' AND m.state IN ('held', 'minuted');

-- review.attended
SELECT count(*) FILTER (WHERE m.starts_at > @ago AND m.starts_at <= @now),
       count(*) FILTER (WHERE m.starts_at <= @ago)
FROM meeting_attendance a
JOIN meeting_meeting m ON m.id = a.meeting_id
JOIN meeting_board b ON b.id = m.board_id
WHERE b.kind = 'management_review' AND a.presence = 'present';

-- review.decision
SELECT count(*) FILTER (WHERE m.starts_at > @ago AND m.starts_at <= @now),
       count(*) FILTER (WHERE m.starts_at <= @ago)
FROM meeting_decision d
JOIN meeting_meeting m ON m.id = d.meeting_id
JOIN meeting_board b ON b.id = m.board_id
WHERE b.kind = 'management_review';

-- decision.carried_out
SELECT count(*) FILTER (WHERE ended_at > @ago AND ended_at <= @now),
       count(*) FILTER (WHERE ended_at <= @ago)
FROM planned_action_plannedaction
WHERE about_kind = 'meeting' AND kind = 'decision' AND state = 'done';

-- decision.followed
SELECT count(*) FILTER (WHERE due_date >= @today), count(*) FILTER (WHERE due_date < @today)
FROM planned_action_plannedaction
WHERE about_kind = 'meeting' AND kind = 'decision' AND state = 'open';

-- policy.in_force
SELECT (SELECT count(*) FROM documentation_document
        WHERE kind = 'policy' AND current_id IS NOT NULL AND review_date >= @today),
       (SELECT count(*) FROM documentation_document
        WHERE kind = 'policy'
          AND (withdrawn_at IS NOT NULL OR (current_id IS NOT NULL AND review_date < @today)));

-- policy.distributed
SELECT count(d.current_id), count(*) - count(d.current_id)
FROM documentation_distribution t JOIN documentation_document d ON d.id = t.document_id
WHERE d.kind = 'policy';

-- policy.confirmed
SELECT count(*) FILTER (WHERE v.number = c.number),
       count(*) FILTER (WHERE v.number IS DISTINCT FROM c.number)
FROM documentation_confirmation c
JOIN documentation_document d ON d.id = c.document_id AND d.kind = 'policy'
LEFT JOIN documentation_documentversion v ON v.id = d.current_id;

-- charter.in_force
SELECT count(*) FILTER (WHERE state = 'published' AND valid_from <= @today
                        AND coalesce(valid_until, 'infinity') >= @today),
       count(*) FILTER (WHERE state = 'retired' OR (state = 'published' AND valid_until < @today))
FROM policy_charterpromise;

-- service.owned
SELECT count(*) FILTER (WHERE p.is_active), count(*) FILTER (WHERE NOT p.is_active)
FROM service_service s JOIN people_person p ON p.id = s.owner_id
WHERE s.life_cycle = 'live';

-- role.held
SELECT count(*) FILTER (WHERE coalesce(p.is_active, t.is_active) AND a.valid_from <= @today
                        AND coalesce(a.valid_until, 'infinity') >= @today),
       count(*) FILTER (WHERE NOT coalesce(p.is_active, t.is_active) OR a.valid_until < @today)
FROM responsibility_assignment a
LEFT JOIN people_person p ON p.id = a.person_id
LEFT JOIN organization_team t ON t.id = a.team_id;

-- role.defined
SELECT count(*), 0 FROM responsibility_processrole WHERE source = 'assigned' AND summary <> '';

-- process.accountable
SELECT count(DISTINCT a.id), 0
FROM responsibility_activity a
JOIN responsibility_matrix m ON m.id = a.matrix_id
JOIN responsibility_part p ON p.activity_id = a.id
WHERE m.kind = 'process' AND position('A' IN p.letters) > 0;

-- service.accountable
SELECT count(DISTINCT a.id), 0
FROM responsibility_activity a
JOIN responsibility_matrix m ON m.id = a.matrix_id
JOIN responsibility_part p ON p.activity_id = a.id
WHERE m.kind = 'service' AND position('A' IN p.letters) > 0;

-- authority.system
SELECT count(*) FILTER (WHERE p.is_active), count(*) FILTER (WHERE NOT p.is_active)
FROM authority_grant g
JOIN authority_role r ON r.id = g.role_id
JOIN people_person p ON p.id = g.person_id
WHERE 'conformity.judge' = ANY (r.permissions);

-- authority.account
SELECT count(*) FILTER (WHERE p.is_active), count(*) FILTER (WHERE NOT p.is_active)
FROM authority_account a JOIN people_person p ON p.id = a.person_id WHERE a.is_active;

-- authority.grant
SELECT count(*) FILTER (WHERE p.is_active), count(*) FILTER (WHERE NOT p.is_active)
FROM authority_grant g JOIN people_person p ON p.id = g.person_id;

-- authority.program
SELECT count(*) FILTER (WHERE p.is_active AND coalesce(s.expires_at, 'infinity') > @now),
       count(*) FILTER (WHERE NOT p.is_active OR s.expires_at <= @now)
FROM authority_serviceaccount s JOIN people_person p ON p.id = s.owner_id
WHERE s.ended_at IS NULL;

-- authority.token
SELECT count(*) FILTER (WHERE revoked_at IS NULL AND expires_at > @now),
       count(*) FILTER (WHERE revoked_at IS NOT NULL OR expires_at <= @now)
FROM authority_token;

-- approval.decided
SELECT count(*) FILTER (WHERE decided_at > @ago AND decided_at <= @now),
       count(*) FILTER (WHERE decided_at <= @ago)
FROM approval_approval WHERE state IN ('approved', 'refused');
