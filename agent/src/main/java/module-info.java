/// The agent: discovers processes, judges them, and keeps their probes as policy wants them.
module dev.stet.agent {
    requires transitive dev.stet.facts;
    requires transitive dev.stet.policy;
    requires transitive dev.stet.probe;
    requires dev.stet.procfs;

    exports dev.stet.agent;
    exports dev.stet.agent.audit;
    exports dev.stet.agent.guardian;
    exports dev.stet.agent.json;
    exports dev.stet.agent.suggest;
}
