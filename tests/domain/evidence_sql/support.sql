-- document.of_5.2
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^5[.]2([.]|$)';

-- document.of_6.3
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^6[.]3([.]|$)';

-- document.of_7.2
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^7[.]2([.]|$)';

-- document.of_7.5
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^7[.]5([.]|$)';

-- document.of_8.3.3
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^8[.]3[.]3([.]|$)';

-- document.of_8.3.4
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^8[.]3[.]4([.]|$)';

-- document.of_8.5.1
-- nothing: the review of the procedure for changes is overdue, which is shown as stale
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^8[.]5[.]1([.]|$)';

-- document.of_8.6.1
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^8[.]6[.]1([.]|$)';

-- document.of_8.6.2
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^8[.]6[.]2([.]|$)';

-- document.of_8.7.2
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^8[.]7[.]2([.]|$)';

-- document.of_8.7.3
SELECT count(*) FILTER (WHERE current_id IS NOT NULL AND review_date >= @today),
       count(*) FILTER (WHERE withdrawn_at IS NOT NULL OR current_id IS NOT NULL AND review_date < @today)
FROM documentation_document WHERE clause ~ '^8[.]7[.]3([.]|$)';

-- document.in_review
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM documentation_document WHERE current_id IS NOT NULL;

-- document.plan
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM documentation_document WHERE current_id IS NOT NULL AND kind = 'plan';

-- document.procedure
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM documentation_document
WHERE current_id IS NOT NULL AND kind IN ('procedure', 'work_instruction');

-- document.of_process
SELECT count(*) FILTER (WHERE review_date >= @today), count(*) FILTER (WHERE review_date < @today)
FROM documentation_document WHERE current_id IS NOT NULL AND about_kind = 'process';

-- document.approved
SELECT count(*) FILTER (WHERE state = 'effective' AND approver_id <> author_id
                        AND approved_at <= effective_at),
       count(*) FILTER (WHERE state IN ('superseded', 'withdrawn') AND approver_id IS NOT NULL)
FROM documentation_documentversion;

-- document.renewed
SELECT count(*) FILTER (WHERE effective_at > @ago AND effective_at <= @now),
       count(*) FILTER (WHERE effective_at <= @ago)
FROM documentation_documentversion;

-- document.explained
SELECT count(*) FILTER (WHERE written_at > @ago AND written_at <= @now),
       count(*) FILTER (WHERE written_at <= @ago)
FROM documentation_documentversion WHERE number >= 2 AND change_note <> '';

-- document.distributed
SELECT count(d.current_id), count(*) - count(d.current_id)
FROM documentation_distribution t JOIN documentation_document d ON d.id = t.document_id;

-- document.read
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM documentation_confirmation;

-- document.retired
SELECT count(ended_at), 0
FROM documentation_documentversion WHERE state IN ('superseded', 'withdrawn');

-- document.retention
SELECT count(*) - count(withdrawn_at), count(withdrawn_at)
FROM documentation_document WHERE retention_months > 0;

-- journal.sealed
-- nothing: the demonstration is loaded before a worker seals its first block
SELECT count(*) FILTER (WHERE sealed_at > @ago AND sealed_at <= @now),
       count(*) FILTER (WHERE sealed_at <= @ago)
FROM journal_block;

-- board.active
SELECT count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active)
FROM meeting_board WHERE purpose <> '';

-- board.member
SELECT count(*) FILTER (WHERE valid_from <= @today AND coalesce(valid_until, 'infinity') >= @today),
       count(*) FILTER (WHERE valid_until < @today)
FROM meeting_boardmember;

-- meeting.minuted
SELECT count(*) FILTER (WHERE starts_at > @ago AND starts_at <= @now),
       count(*) FILTER (WHERE starts_at <= @ago)
FROM meeting_meeting WHERE state = 'minuted';

-- meeting.planned
SELECT count(*) FILTER (WHERE starts_at > @now), count(*) FILTER (WHERE starts_at <= @now)
FROM meeting_meeting WHERE state = 'planned';

-- meeting.fed
SELECT count(*) FILTER (WHERE drawn_at > @ago AND drawn_at <= @now),
       count(*) FILTER (WHERE drawn_at <= @ago)
FROM meeting_agendaitem WHERE drawn IS NOT NULL;

-- channel.line
SELECT count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active) FROM call_line;

-- channel.mailbox
SELECT count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active)
FROM communication_mailbox;

-- channel.mail_taken
SELECT count(*) FILTER (WHERE received_at > @ago AND received_at <= @now),
       count(*) FILTER (WHERE received_at <= @ago)
FROM communication_incomingmessage WHERE state = 'taken';

-- channel.mail_sent
-- nothing: the demonstration sends no mail while it is loaded
SELECT count(*) FILTER (WHERE sent_at > @ago AND sent_at <= @now),
       count(*) FILTER (WHERE sent_at <= @ago)
FROM communication_outgoingmessage WHERE state = 'sent';

-- channel.notice
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM notification_notice;

-- resource.member
SELECT count(*) FILTER (WHERE p.is_active), count(*) FILTER (WHERE NOT p.is_active)
FROM people_membership m
JOIN people_person p ON p.id = m.person_id
JOIN organization_team t ON t.id = m.team_id AND t.is_active;

-- resource.supported_function
SELECT count(*) FILTER (WHERE t.is_active), count(*) FILTER (WHERE NOT t.is_active)
FROM service_functionsupport s JOIN organization_team t ON t.id = s.team_id;

-- resource.on_call
SELECT count(*) FILTER (WHERE ends_at > @ago), count(*) FILTER (WHERE ends_at <= @ago)
FROM people_oncallshift;

-- resource.time_spent
SELECT count(*) FILTER (WHERE day > @day_ago AND day <= @today),
       count(*) FILTER (WHERE day <= @day_ago)
FROM teamwork_timespent;

-- knowledge.macro
SELECT count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active)
FROM macro_macro WHERE audience IN ('team', 'everyone');

-- knowledge.reply
SELECT count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active)
FROM macro_savedreply WHERE audience IN ('team', 'everyone');

-- knowledge.module
SELECT count(*) FILTER (WHERE is_active), count(*) FILTER (WHERE NOT is_active)
FROM macro_textmodule WHERE audience IN ('team', 'everyone');

-- knowledge.handed_over
SELECT count(*) FILTER (WHERE at > @ago AND at <= @now), count(*) FILTER (WHERE at <= @ago)
FROM teamwork_shiftnote;

-- awareness.policy_readers
SELECT count(DISTINCT d.id), 0
FROM documentation_document d
JOIN documentation_documentversion v ON v.id = d.current_id
JOIN documentation_confirmation c ON c.document_id = d.id AND c.number = v.number;
