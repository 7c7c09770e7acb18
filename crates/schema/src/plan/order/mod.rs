//! Fates as nodes of the graph, and the edges that `pg_depend` and Postgres's own habits put between them.

mod composites;
mod habits;
mod names;
mod needs;
mod nodes;
mod rank;
mod stages;

use std::collections::{BTreeMap, BTreeSet};

use super::fate::Fates;
use super::graph::{Graph, Node};
use super::{Context, PlanError};
use crate::identity::Identity;
use rank::rank;

pub(super) use nodes::makes_itself;

/// The nodes in order, and what is done by another node's statement.
pub(super) struct Ordered<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) graph: Graph<'a>,
}

/// Puts everything in order.
pub(super) fn order<'a>(context: &Context<'a>, fates: &Fates<'a>) -> Result<Ordered<'a>, PlanError> {
    let mut apart = BTreeSet::new();
    loop {
        let mut builder = builder(context, fates, &apart);
        match builder.graph.sorted(rank) {
            Ok(nodes) => return Ok(Ordered { nodes, graph: builder.graph }),
            // Tables that need each other go one after the other once what ties them is dropped by itself.
            Err(circle) => {
                let ties = builder.ties(&circle);
                if ties.iter().all(|tie| apart.contains(tie)) {
                    let told = circle
                        .into_iter()
                        .map(|(stage, identity)| format!("{stage:?} {identity}").to_lowercase());
                    return Err(PlanError::Circle(told.collect()));
                }
                apart.extend(ties);
            }
        }
    }
}

fn builder<'c, 'a>(
    context: &'c Context<'a>,
    fates: &'c Fates<'a>,
    apart: &BTreeSet<&'a Identity>,
) -> Builder<'c, 'a> {
    let mut builder =
        Builder { context, fates, graph: Graph::default(), drops: BTreeMap::new(), apart: apart.clone() };
    builder.nodes();
    builder.containment();
    builder.needs_of_old();
    builder.needs_of_new();
    builder.composites();
    builder.stages();
    builder.references_to_moving_rows();
    builder.parents_of_joining();
    builder.typed_tables();
    builder.bounds();
    builder.inherited_columns();
    builder.children_that_go();
    builder.columns_before_children();
    builder.names();
    builder.extensions();
    builder.overloads();
    builder.parts_of_each_other();
    builder.sequences_of_identities();
    builder.owned_sequences();
    builder.foreign_keys();
    builder.persistence();
    builder.whole_rows();
    builder.after_columns();
    builder.names_of_not_null();
    builder.replica_identity();
    builder.default_privileges();
    builder.rights();
    builder.mentions();
    builder
}

struct Builder<'c, 'a> {
    context: &'c Context<'a>,
    fates: &'c Fates<'a>,
    graph: Graph<'a>,
    /// Whose drop takes this one along.
    drops: BTreeMap<&'a Identity, &'a Identity>,
    /// What is dropped by a statement of its own, although something else would take it along.
    apart: BTreeSet<&'a Identity>,
}
