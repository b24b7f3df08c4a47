/// Exemptions: what they are, how they are written, and the one decision about a process. No I/O, no clock,
/// no thread: text and facts in, decisions out.
///
/// [dev.stet.policy.PolicyReader] makes a [dev.stet.policy.Policy] of texts, whose `decide` gives a
/// [dev.stet.policy.Verdict] for the facts of one process. Exemptions only ever remove probes, so their
/// order never matters and two policies merge by union.
package dev.stet.policy;
