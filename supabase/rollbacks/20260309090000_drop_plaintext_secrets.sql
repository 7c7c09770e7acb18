-- Takes back 20260309090000_drop_plaintext_secrets: the column comes back, what was in it does not.
-- irreversible: the plaintext of secrets was destroyed on purpose and exists nowhere in this database
--
-- The encrypted values stay, so workflows go on working as long as the code reads those.

ALTER TABLE public.secrets ADD COLUMN IF NOT EXISTS value text;

ALTER TABLE public.secrets
ALTER COLUMN ciphertext DROP NOT NULL,
ALTER COLUMN nonce DROP NOT NULL,
ALTER COLUMN key_id DROP NOT NULL;

-- Rows that had never been encrypted are without a value again, instead of with an empty one.
ALTER TABLE public.secrets DISABLE TRIGGER secrets_touch_updated_at;

UPDATE public.secrets
SET ciphertext = nullif(ciphertext, ''), nonce = nullif(nonce, ''), key_id = nullif(key_id, 'none')
WHERE ciphertext = '' OR nonce = '' OR key_id = 'none';

ALTER TABLE public.secrets ENABLE TRIGGER secrets_touch_updated_at;

COMMENT ON TABLE public.secrets IS 'Values that workflows use and people must not read back.';
COMMENT ON COLUMN public.secrets.value IS 'The value in plain text. To be dropped once every row is encrypted.';
COMMENT ON COLUMN public.secrets.key_id IS 'Which key of the key service it was encrypted with.';

-- As in 20250428110000_create_secrets.
GRANT INSERT (project_id, key, value) ON TABLE public.secrets TO authenticated;
GRANT UPDATE (value) ON TABLE public.secrets TO authenticated;
