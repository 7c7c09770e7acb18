//! The two configuration files, as values: `supabase/config.toml` (the Supabase CLI's, read only)
//! and `supabase/deploy.toml` (ours). A missing file means the defaults; a broken one is exit 2.

mod address;
mod channels;
mod deploy;
mod document;
pub(crate) mod duration;
mod environment;
mod node;
mod secret;
mod supabase;

pub(crate) use channels::Channels;
pub(crate) use deploy::Deploy;
pub(crate) use duration::format as describe_duration;
pub(crate) use supabase::Supabase;
