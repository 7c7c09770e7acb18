//! Nothing is generated: this only tells cargo what else the macros of this crate read. On stable Rust a macro
//! cannot say so itself, and a new migration would stay unseen until the next clean build.

fn main() {
    println!("cargo:rerun-if-changed=../../supabase/migrations");
    println!("cargo:rerun-if-changed=../../.sqlx");
}
