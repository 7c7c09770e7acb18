SET tcp_keepalives_idle = 10;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 3;
SET client_connection_check_interval = '2s';
SET idle_in_transaction_session_timeout = '5min';
