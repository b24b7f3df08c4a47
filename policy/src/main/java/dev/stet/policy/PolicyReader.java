package dev.stet.policy;

import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.Quoted;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads the files of a policy: exemptions in YAML, several documents to a file if need be.
public final class PolicyReader {
    private PolicyReader() {}

    /// Reads all the files and reports the problems of all of them at once. A set with one problem gives no
    /// policy. Takes time linear in the texts, whatever they are.
    public static ReadResult read(List<SourceText> files) {
        Problems problems = new Problems();
        Problems warnings = new Problems();
        List<Exemption> exemptions = new ArrayList<>();
        Map<String, YamlNode> names = new HashMap<>();
        // By name, so that of two files with the same exemption it is always the same one that is told of.
        for (SourceText file :
                files.stream().sorted((a, b) -> a.file().compareTo(b.file())).toList()) {
            for (YamlNode document : YamlDocuments.read(file, problems)) {
                ExemptionBinder binder = new ExemptionBinder(warnings);
                binder.bind(document).ifPresent(exemptions::add);
                binder.name().ifPresent(node -> checkUnique(node, names));
            }
        }
        return problems.isEmpty()
                ? new ReadResult.Valid(Policy.of(exemptions), warnings.list())
                : new ReadResult.Invalid(problems.list());
    }

    private static void checkUnique(YamlNode name, Map<String, YamlNode> names) {
        String text = name.text().orElseThrow();
        YamlNode first = names.putIfAbsent(text, name);
        if (first != null) {
            String where = Quoted.bare(first.file()) + ":" + first.line();
            name.report("name " + Quoted.of(text) + " is taken by the exemption in " + where);
        }
    }
}
