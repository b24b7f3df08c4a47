/// The escape hatch of policies: `when`, an expression of the Common Expression Language. Its engine, Google's, is
/// part of this module; of it nothing is loaded before the first expression is compiled.
module dev.stet.cel {
    requires com.google.common;
    requires com.google.protobuf;
    requires dev.stet.facts;
    requires dev.stet.policy;
    requires java.logging;
    requires jdk.unsupported;
    requires org.antlr.antlr4.runtime;
    requires re2j;

    provides dev.stet.policy.Condition.Compiler with
            dev.stet.cel.CelConditions;
}
