-- Secrets get a place for their encrypted value.
--
-- AES-256-GCM, by the application: the key never comes near the database. The service encrypts what is there, row by
-- row, after this migration; the plaintext goes in a later one. Until then a row may have either or both.

ALTER TABLE public.secrets ADD COLUMN IF NOT EXISTS ciphertext bytea;
ALTER TABLE public.secrets ADD COLUMN IF NOT EXISTS nonce bytea;
ALTER TABLE public.secrets ADD COLUMN IF NOT EXISTS key_id text;

COMMENT ON COLUMN public.secrets.value IS 'The value in plain text. To be dropped once every row is encrypted.';
COMMENT ON COLUMN public.secrets.ciphertext IS
    'The value, encrypted with AES-256-GCM, the authentication tag at its end.';
COMMENT ON COLUMN public.secrets.nonce IS 'The 12 bytes that this encryption was made unique with.';
COMMENT ON COLUMN public.secrets.key_id IS 'Which key of the key service it was encrypted with.';

-- People may see which key a secret was encrypted with, nothing else; encrypting is the service's work.
GRANT SELECT (key_id) ON TABLE public.secrets TO authenticated;
