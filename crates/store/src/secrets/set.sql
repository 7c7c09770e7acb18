INSERT INTO public.secrets (project_id, key, ciphertext, nonce, key_id)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (project_id, key) DO UPDATE
SET ciphertext = excluded.ciphertext, nonce = excluded.nonce, key_id = excluded.key_id
RETURNING id, key, key_id, created_at, updated_at
