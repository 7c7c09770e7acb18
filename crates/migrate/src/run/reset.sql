-- What a script may leave behind in its session, taken back without DISCARD ALL, which would also free the
-- runner's advisory lock and drop the statements that the client has prepared.
RESET SESSION AUTHORIZATION;
RESET ROLE;
RESET ALL;
CLOSE ALL;
UNLISTEN *;
DISCARD TEMP;
DISCARD SEQUENCES;
