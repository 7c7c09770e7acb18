-- Takes back 20260209110000_encrypt_secrets: the plaintext is still there, the encrypted copies are lost. A secret that
-- was written encrypted only, after the migration, has to be set again.

ALTER TABLE IF EXISTS public.secrets DROP COLUMN IF EXISTS key_id;
ALTER TABLE IF EXISTS public.secrets DROP COLUMN IF EXISTS nonce;
ALTER TABLE IF EXISTS public.secrets DROP COLUMN IF EXISTS ciphertext;

COMMENT ON COLUMN public.secrets.value IS 'The value itself. Null means that it has to be set again.';
