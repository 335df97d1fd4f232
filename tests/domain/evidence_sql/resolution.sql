-- change.planned_work
SELECT count(*) FILTER (WHERE cancelled_at IS NULL AND ends_at > @ago),
       count(*) FILTER (WHERE cancelled_at IS NOT NULL OR ends_at <= @ago)
FROM maintenance_plannedwork WHERE starts_at > planned_at;

-- change.ahead
SELECT count(DISTINCT w.id), 0
FROM maintenance_plannedwork w JOIN maintenance_plannedservice s ON s.planned_work_id = w.id
WHERE w.cancelled_at IS NULL AND w.starts_at > @now;

-- change.board_met
SELECT count(*) FILTER (WHERE m.starts_at > @ago AND m.starts_at <= @now),
       count(*) FILTER (WHERE m.starts_at <= @ago)
FROM meeting_meeting m JOIN meeting_board b ON b.id = m.board_id
WHERE b.kind = 'change_advisory' AND m.state IN ('held', 'minuted');

-- change.board_decision
SELECT count(*) FILTER (WHERE m.starts_at > @ago AND m.starts_at <= @now),
       count(*) FILTER (WHERE m.starts_at <= @ago)
FROM meeting_decision d
JOIN meeting_meeting m ON m.id = d.meeting_id
JOIN meeting_board b ON b.id = m.board_id
WHERE b.kind = 'change_advisory';

-- change.board_agenda
SELECT count(*) FILTER (WHERE m.starts_at > @ago AND m.starts_at <= @now),
       count(*) FILTER (WHERE m.starts_at <= @ago)
FROM meeting_agendaitem i
JOIN meeting_meeting m ON m.id = i.meeting_id
JOIN meeting_board b ON b.id = m.board_id
WHERE b.kind = 'change_advisory' AND i.minutes <> '';

-- change.failed
-- nothing: the only failed change of the demonstration is more than a year old
SELECT count(*) FILTER (WHERE raised_at > @ago AND raised_at <= @now),
       count(*) FILTER (WHERE raised_at <= @ago)
FROM nonconformity_nonconformity WHERE source = 'failed_change';

-- incident.recorded
SELECT count(*) FILTER (WHERE opened_at > @ago AND opened_at <= @now),
       count(*) FILTER (WHERE opened_at <= @ago)
FROM work_workitem WHERE kind = 'incident' AND service_id > 0 AND team_id > 0;

-- incident.classified
SELECT count(*) FILTER (WHERE w.opened_at > @ago AND w.opened_at <= @now),
       count(*) FILTER (WHERE w.opened_at <= @ago)
FROM incident_incident i JOIN work_workitem w ON w.id = i.work_item_id
WHERE i.offering_id IS NOT NULL;

-- incident.resolved
SELECT count(*) FILTER (WHERE w.resolved_at > @ago AND w.resolved_at <= @now),
       count(*) FILTER (WHERE w.resolved_at <= @ago)
FROM incident_incident i JOIN work_workitem w ON w.id = i.work_item_id
WHERE i.resolution_code IS NOT NULL AND length(i.resolution_text) > 0;

-- incident.closed
SELECT count(*) FILTER (WHERE closed_at > @ago AND closed_at <= @now),
       count(*) FILTER (WHERE closed_at <= @ago)
FROM work_workitem WHERE kind = 'incident' AND stage = 'closed';

-- incident.escalated
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM journal_entry WHERE subject_kind = 'work_item' AND verb = 'incident.escalated';

-- incident.noted
SELECT count(*) FILTER (WHERE c.at > @ago AND c.at <= @now), count(*) FILTER (WHERE c.at <= @ago)
FROM work_comment c JOIN work_workitem w ON w.id = c.work_item_id
WHERE w.kind = 'incident' AND c.audience = 'internal';

-- incident.journaled
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM journal_entry WHERE subject_kind = 'work_item';

-- incident.replied
SELECT count(*) FILTER (WHERE c.at > @ago AND c.at <= @now), count(*) FILTER (WHERE c.at <= @ago)
FROM work_comment c JOIN work_workitem w ON w.id = c.work_item_id
WHERE w.kind = 'incident' AND c.audience = 'public' AND NOT c.by_requester;

-- incident.checked
SELECT count(*) FILTER (WHERE done_at > @ago AND done_at <= @now),
       count(*) FILTER (WHERE done_at <= @ago)
FROM teamwork_checkline WHERE done_by_id IS NOT NULL;

-- incident.update_kept
SELECT count(*) FILTER (WHERE stopped_at > @ago AND stopped_at <= @now),
       count(*) FILTER (WHERE stopped_at <= @ago)
FROM service_level_clock WHERE kind = 'update' AND state = 'met';

-- incident.told
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM notification_notice WHERE topic IN ('work.replied', 'work.resolved');

-- incident.warned
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM notification_notice WHERE topic = 'clock.near';

-- priority.rule
SELECT count(*), 0 FROM service_prioritymatrix WHERE service_id IS NULL;

-- incident.urgent
SELECT count(*) FILTER (WHERE resolved_at > @ago AND resolved_at <= @now),
       count(*) FILTER (WHERE resolved_at <= @ago)
FROM work_workitem WHERE kind = 'incident' AND priority = 1 AND stage IN ('resolved', 'closed');

-- outage.authority
SELECT count(*), 0 FROM authority_role WHERE 'incident.declare_outage' = ANY (permissions);

-- incident.call
SELECT count(*) FILTER (WHERE began_at > @ago AND began_at <= @now),
       count(*) FILTER (WHERE began_at <= @ago)
FROM call_call WHERE logged_at IS NOT NULL;

-- incident.template
SELECT count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active)
FROM call_calltemplate WHERE description || solution <> '';

-- incident.linked
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM teamwork_worklink WHERE kind IN ('related', 'duplicate_of');

-- incident.reopened
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM journal_entry WHERE subject_kind = 'work_item' AND verb = 'incident.reopened';

-- request.recorded
SELECT count(*) FILTER (WHERE w.opened_at > @ago AND w.opened_at <= @now),
       count(*) FILTER (WHERE w.opened_at <= @ago)
FROM service_request_servicerequest r JOIN work_workitem w ON w.id = r.work_item_id;

-- request.fulfilled
SELECT count(*) FILTER (WHERE w.resolved_at > @ago AND w.resolved_at <= @now),
       count(*) FILTER (WHERE w.resolved_at <= @ago)
FROM service_request_servicerequest r JOIN work_workitem w ON w.id = r.work_item_id
WHERE r.outcome = 'fulfilled';

-- request.task
SELECT count(*) FILTER (WHERE left_at > @ago AND left_at <= @now),
       count(*) FILTER (WHERE left_at <= @ago)
FROM process_processstep WHERE kind = 'task' AND state = 'done';

-- request.orderable
SELECT count(*) FILTER (WHERE o.is_active), count(*) FILTER (WHERE NOT o.is_active)
FROM catalogue_entry e JOIN service_offering o ON o.id = e.offering_id WHERE e.purpose = 'order';

-- availability.happening
SELECT count(*) FILTER (WHERE began_at > @ago AND began_at <= @now),
       count(*) FILTER (WHERE began_at <= @ago)
FROM status_happening;

-- availability.ended
SELECT count(*) FILTER (WHERE ended_at > @ago AND ended_at <= @now),
       count(*) FILTER (WHERE ended_at <= @ago)
FROM status_happening WHERE kind = 'outage' AND ended_at IS NOT NULL;

-- availability.told
-- nothing: the outages of the demonstration were told of without words of their own
SELECT count(*) FILTER (WHERE began_at > @ago AND began_at <= @now),
       count(*) FILTER (WHERE began_at <= @ago)
FROM status_happening WHERE title <> '' AND message <> '';

-- availability.status_shown
SELECT count(*) FILTER (WHERE is_shown), count(*) FILTER (WHERE NOT is_shown)
FROM status_statussetting;

-- availability.alert
SELECT count(*) FILTER (WHERE started_at > @ago AND started_at <= @now),
       count(*) FILTER (WHERE started_at <= @ago)
FROM alert_alert;

-- availability.alert_incident
SELECT count(*) FILTER (WHERE incident_at > @ago AND incident_at <= @now),
       count(*) FILTER (WHERE incident_at <= @ago)
FROM alert_alertgroup WHERE incident_id IS NOT NULL;

-- availability.alert_rule
SELECT count(*) FILTER (WHERE r.is_active AND s.is_active),
       count(*) FILTER (WHERE NOT (r.is_active AND s.is_active))
FROM alert_alertrule r JOIN alert_alertsource s ON s.id = r.source_id;

-- security.risk_analysed
SELECT count(*) FILTER (WHERE y.at > @ago AND y.at <= @now), count(*) FILTER (WHERE y.at <= @ago)
FROM risk_riskanalysis y
JOIN risk_risk r ON r.id = y.risk_id
JOIN risk_riskarea a ON a.id = r.area_id AND a.code = 'information_security';

-- security.risk_reviewed
SELECT count(*) FILTER (WHERE v.at > @ago AND v.at <= @now), count(*) FILTER (WHERE v.at <= @ago)
FROM risk_riskreview v
JOIN risk_risk r ON r.id = v.risk_id
JOIN risk_riskarea a ON a.id = r.area_id AND a.code = 'information_security';
