-- Sample data for development and for round trips: two projects that must not see each other, and something in every
-- table.
--
-- Safe to run again: what is there stays. Identifiers are fixed, so that tests and screenshots can rely on them.
-- Nothing here is a secret: the encrypted values are made up, and the users have no passwords.

-- Ada owns a shop and has Grace and Linus help her; Mallory has a project of her own.
INSERT INTO auth.users (
    instance_id, id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at
)
VALUES
    (
        '00000000-0000-0000-0000-000000000000', '00000000-0000-4000-a000-000000000001', 'authenticated', 'authenticated',
        'ada@example.com', '2026-01-05 09:00:00+00', '{"provider": "email", "providers": ["email"]}',
        '{"name": "Ada"}', '2026-01-05 09:00:00+00', '2026-01-05 09:00:00+00'
    ),
    (
        '00000000-0000-0000-0000-000000000000', '00000000-0000-4000-a000-000000000002', 'authenticated', 'authenticated',
        'grace@example.com', '2026-01-06 10:00:00+00', '{"provider": "github", "providers": ["github"]}',
        '{"name": "Grace"}', '2026-01-06 10:00:00+00', '2026-01-06 10:00:00+00'
    ),
    (
        '00000000-0000-0000-0000-000000000000', '00000000-0000-4000-a000-000000000003', 'authenticated', 'authenticated',
        'linus@example.com', '2026-02-02 08:30:00+00', '{"provider": "email", "providers": ["email"]}',
        '{"name": "Linus"}', '2026-02-02 08:30:00+00', '2026-02-02 08:30:00+00'
    ),
    (
        '00000000-0000-0000-0000-000000000000', '00000000-0000-4000-a000-000000000004', 'authenticated', 'authenticated',
        'mallory@example.com', '2026-03-01 12:00:00+00', '{"provider": "email", "providers": ["email"]}',
        '{"name": "Mallory"}', '2026-03-01 12:00:00+00', '2026-03-01 12:00:00+00'
    )
ON CONFLICT DO NOTHING;

-- The rows themselves come from a trigger on auth.users; these are choices that people made since.
INSERT INTO public.user_preferences (user_id, theme, time_zone, mail_on_failure)
VALUES
    ('00000000-0000-4000-a000-000000000001', 'dark', 'Europe/London', true),
    ('00000000-0000-4000-a000-000000000002', 'light', 'America/New_York', true),
    ('00000000-0000-4000-a000-000000000003', 'dark', 'Europe/Helsinki', false)
ON CONFLICT (user_id) DO UPDATE
SET theme = excluded.theme, time_zone = excluded.time_zone, mail_on_failure = excluded.mail_on_failure
WHERE user_preferences.theme = 'system';

-- Projects. A trigger makes the owner a member.
INSERT INTO public.projects (id, owner_id, name, created_at, updated_at)
VALUES
    (
        '10000000-0000-4000-a000-000000000001', '00000000-0000-4000-a000-000000000001', 'Analytical Engines',
        '2026-01-05 09:10:00+00', '2026-01-05 09:10:00+00'
    ),
    (
        '10000000-0000-4000-a000-000000000002', '00000000-0000-4000-a000-000000000004', 'Somewhere Else',
        '2026-03-01 12:10:00+00', '2026-03-01 12:10:00+00'
    )
ON CONFLICT DO NOTHING;

INSERT INTO public.project_members (project_id, user_id, role)
VALUES
    ('10000000-0000-4000-a000-000000000001', '00000000-0000-4000-a000-000000000002', 'admin'),
    ('10000000-0000-4000-a000-000000000001', '00000000-0000-4000-a000-000000000003', 'viewer')
ON CONFLICT DO NOTHING;

-- Secrets, as the service writes them: encrypted, with the nonce and the id of the key.
INSERT INTO public.secrets (id, project_id, key, ciphertext, nonce, key_id)
VALUES
    (
        '20000000-0000-4000-a000-000000000001', '10000000-0000-4000-a000-000000000001', 'ORDERS_SIGNING_KEY',
        decode('5a3c91d07be8426fa1149cd2530e77b8c64df1029a8e4b35', 'hex'), decode('0102030405060708090a0b0c', 'hex'), 'dev-1'
    ),
    (
        '20000000-0000-4000-a000-000000000002', '10000000-0000-4000-a000-000000000001', 'SLACK_TOKEN',
        decode('e17f60b5248dc39a06fb7152dd93480eb26ac417593df08c', 'hex'), decode('1112131415161718191a1b1c', 'hex'), 'dev-1'
    ),
    (
        '20000000-0000-4000-a000-000000000003', '10000000-0000-4000-a000-000000000002', 'SLACK_TOKEN',
        decode('90cd21f7436ea85b13de7c04bf926518a75df3402e91c86b', 'hex'), decode('2122232425262728292a2b2c', 'hex'), 'dev-1'
    )
ON CONFLICT DO NOTHING;

-- Workflows: one in use with a draft of its next version, one archived, one of the other project.
INSERT INTO public.workflow_definitions
    (id, project_id, slug, version, name, definition, status, published_at, created_by, created_at, updated_at)
VALUES
    (
        '30000000-0000-4000-a000-000000000001', '10000000-0000-4000-a000-000000000001', 'order-created', 1, 'Order created',
        '{"steps": [{"id": "check", "type": "http"}, {"id": "tell", "type": "slack", "after": ["check"]}]}',
        'published', '2026-01-07 14:00:00+00', '00000000-0000-4000-a000-000000000001',
        '2026-01-07 13:00:00+00', '2026-01-07 14:00:00+00'
    ),
    (
        '30000000-0000-4000-a000-000000000002', '10000000-0000-4000-a000-000000000001', 'order-created', 2, 'Order created',
        '{"steps": [{"id": "check", "type": "http", "retries": 3}, {"id": "tell", "type": "slack", "after": ["check"]}]}',
        'draft', NULL, '00000000-0000-4000-a000-000000000002', '2026-07-01 09:00:00+00', '2026-07-02 16:20:00+00'
    ),
    (
        '30000000-0000-4000-a000-000000000003', '10000000-0000-4000-a000-000000000001', 'nightly-report', 1, 'Nightly report',
        '{"steps": [{"id": "collect", "type": "http"}]}',
        'archived', '2026-02-01 08:00:00+00', '00000000-0000-4000-a000-000000000001',
        '2026-01-30 11:00:00+00', '2026-05-20 10:00:00+00'
    ),
    (
        '30000000-0000-4000-a000-000000000004', '10000000-0000-4000-a000-000000000002', 'ping', 1, 'Ping',
        '{"steps": [{"id": "answer", "type": "respond"}]}',
        'published', '2026-03-02 10:00:00+00', '00000000-0000-4000-a000-000000000004',
        '2026-03-02 09:30:00+00', '2026-03-02 10:00:00+00'
    )
ON CONFLICT DO NOTHING;

-- Addresses that start them.
INSERT INTO public.webhook_endpoints
    (id, project_id, slug, workflow_slug, verification, secret_id, rate_limit_per_minute, created_at, updated_at)
VALUES
    (
        '40000000-0000-4000-a000-000000000001', '10000000-0000-4000-a000-000000000001', 'orders', 'order-created', 'hmac',
        '20000000-0000-4000-a000-000000000001', 600, '2026-01-07 14:05:00+00', '2026-01-07 14:05:00+00'
    ),
    (
        '40000000-0000-4000-a000-000000000002', '10000000-0000-4000-a000-000000000002', 'ping', 'ping', 'none',
        NULL, 60, '2026-03-02 10:05:00+00', '2026-03-02 10:05:00+00'
    )
ON CONFLICT DO NOTHING;

-- Runs, one in every status. A trigger fills in the project.
INSERT INTO public.workflow_runs (
    id, definition_id, status, input, output, error, metadata, started_at, finished_at, paused_at, idempotency_key,
    created_at, updated_at
)
VALUES
    (
        '50000000-0000-4000-a000-000000000001', '30000000-0000-4000-a000-000000000001', 'succeeded', '{"order": 1001}',
        '{"told": true}', NULL, '{"trace": "a1"}', '2026-07-14 08:00:01+00', '2026-07-14 08:00:04+00', NULL,
        'delivery-1001', '2026-07-14 08:00:00+00', '2026-07-14 08:00:04+00'
    ),
    (
        '50000000-0000-4000-a000-000000000002', '30000000-0000-4000-a000-000000000001', 'failed', '{"order": 1002}',
        NULL, 'check: the shop answered with status 503', '{"trace": "a2"}', '2026-08-03 17:30:01+00',
        '2026-08-03 17:41:12+00', NULL, 'delivery-1002', '2026-08-03 17:30:00+00', '2026-08-03 17:41:12+00'
    ),
    (
        '50000000-0000-4000-a000-000000000003', '30000000-0000-4000-a000-000000000001', 'running', '{"order": 1003}',
        NULL, NULL, '{"trace": "a3"}', '2026-09-21 06:15:01+00', NULL, NULL, 'delivery-1003',
        '2026-09-21 06:15:00+00', '2026-09-21 06:15:02+00'
    ),
    (
        '50000000-0000-4000-a000-000000000004', '30000000-0000-4000-a000-000000000001', 'paused', '{"order": 1004}',
        NULL, NULL, '{"trace": "a4"}', '2026-09-21 06:16:01+00', NULL, '2026-09-21 06:20:00+00', 'delivery-1004',
        '2026-09-21 06:16:00+00', '2026-09-21 06:20:00+00'
    ),
    (
        '50000000-0000-4000-a000-000000000005', '30000000-0000-4000-a000-000000000003', 'canceled', '{}',
        NULL, NULL, '{}', '2026-05-19 01:00:00+00', '2026-05-19 01:02:00+00', NULL, NULL,
        '2026-05-19 01:00:00+00', '2026-05-19 01:02:00+00'
    ),
    (
        '50000000-0000-4000-a000-000000000006', '30000000-0000-4000-a000-000000000004', 'succeeded', '{}',
        '{"answer": "pong"}', NULL, '{}', '2026-09-01 00:00:00+00', '2026-09-01 00:00:01+00', NULL, 'delivery-1001',
        '2026-09-01 00:00:00+00', '2026-09-01 00:00:01+00'
    )
ON CONFLICT DO NOTHING;

-- What happened in them, for every run that has no event yet. The ids come from the sequence, in this order.
INSERT INTO public.workflow_events (run_id, occurred_at, type, payload)
SELECT e.run_id::uuid, e.occurred_at::timestamptz, e.type, e.payload::jsonb
FROM (
    VALUES
        (1, '50000000-0000-4000-a000-000000000005', '2026-05-19 01:00:00+00', 'run.started', '{}'),
        (2, '50000000-0000-4000-a000-000000000005', '2026-05-19 01:02:00+00', 'run.canceled', '{"by": "Ada"}'),
        (3, '50000000-0000-4000-a000-000000000001', '2026-07-14 08:00:01+00', 'run.started', '{}'),
        (4, '50000000-0000-4000-a000-000000000001', '2026-07-14 08:00:03+00', 'step.completed', '{"step": "check"}'),
        (5, '50000000-0000-4000-a000-000000000001', '2026-07-14 08:00:04+00', 'step.completed', '{"step": "tell"}'),
        (6, '50000000-0000-4000-a000-000000000001', '2026-07-14 08:00:04+00', 'run.succeeded', '{}'),
        (7, '50000000-0000-4000-a000-000000000002', '2026-08-03 17:30:01+00', 'run.started', '{}'),
        (8, '50000000-0000-4000-a000-000000000002', '2026-08-03 17:41:12+00', 'step.failed', '{"step": "check", "status": 503}'),
        (9, '50000000-0000-4000-a000-000000000002', '2026-08-03 17:41:12+00', 'run.failed', '{}'),
        (10, '50000000-0000-4000-a000-000000000006', '2026-09-01 00:00:00+00', 'run.started', '{}'),
        (11, '50000000-0000-4000-a000-000000000006', '2026-09-01 00:00:01+00', 'run.succeeded', '{}'),
        (12, '50000000-0000-4000-a000-000000000003', '2026-09-21 06:15:01+00', 'run.started', '{}'),
        (13, '50000000-0000-4000-a000-000000000004', '2026-09-21 06:16:01+00', 'run.started', '{}'),
        (14, '50000000-0000-4000-a000-000000000004', '2026-09-21 06:20:00+00', 'run.paused', '{"by": "Grace"}')
) AS e (position, run_id, occurred_at, type, payload)
WHERE NOT EXISTS (SELECT FROM public.workflow_events AS x WHERE x.run_id = e.run_id::uuid)
ORDER BY e.position;

-- Jobs: one that waits, one that waits for its hour, one that was given up. The dedupe key keeps a second seeding from
-- doubling.
SELECT public.enqueue_job(
    queue_name => 'workflow-steps',
    payload => '{"step": "check"}',
    project => '10000000-0000-4000-a000-000000000001',
    run => '50000000-0000-4000-a000-000000000003',
    dedupe_key => 'seed-step'
);

SELECT public.enqueue_job(
    queue_name => 'maintenance',
    payload => '{"task": "maintain_workflow_event_partitions"}',
    delay => interval '1 hour',
    dedupe_key => 'maintain-partitions'
);

INSERT INTO public.dead_jobs
    (id, queue, project_id, run_id, payload, dedupe_key, attempts, max_attempts, last_error, enqueued_at, died_at)
SELECT
    nextval('public.jobs_id_seq'), 'workflow-steps', '10000000-0000-4000-a000-000000000001',
    '50000000-0000-4000-a000-000000000002', '{"step": "check"}', 'seed-dead', 5, 5, 'status 503',
    '2026-08-03 17:30:00+00', '2026-08-03 17:41:12+00'
WHERE NOT EXISTS (SELECT FROM public.dead_jobs AS d WHERE d.dedupe_key = 'seed-dead');

-- An entry of the audit log that no trigger wrote.
INSERT INTO public.audit_log (project_id, actor_id, action, target_type, target_id, details, created_at)
SELECT
    '10000000-0000-4000-a000-000000000001', '00000000-0000-4000-a000-000000000001', 'secret.rotated', 'secret',
    '20000000-0000-4000-a000-000000000002', '{"key": "SLACK_TOKEN"}', '2026-06-01 07:00:00+00'
WHERE NOT EXISTS (
    SELECT
    FROM public.audit_log AS a
    WHERE a.action = 'secret.rotated' AND a.target_id = '20000000-0000-4000-a000-000000000002'
);

-- What the daily job would have done: a partition per month of the events above, and for the months to come.
SELECT public.create_workflow_event_partitions();
