/// Untrusted text of /proc to facts.
module dev.stet.procfs {
    requires transitive dev.stet.facts;

    exports dev.stet.procfs;
}
