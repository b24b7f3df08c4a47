/// Exemptions: their model, their YAML with positions, and the one decision about a process. Sees facts,
/// never processes.
module dev.stet.policy {
    requires transitive dev.stet.facts;
    requires re2j;
    requires org.snakeyaml.engine;

    uses dev.stet.policy.Condition.Compiler;

    exports dev.stet.policy;
    exports dev.stet.policy.pixie;
    exports dev.stet.policy.yaml;
}
