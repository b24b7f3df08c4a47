package dev.stet.policy.bind;

import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import dev.stet.policy.Settings;
import dev.stet.policy.Tier;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.Quoted;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// One reading of the files of a policy. For one use by one thread.
public final class Reading {
    private final boolean ofBuiltIn;
    private final Problems problems = new Problems();
    private final Problems warnings = new Problems();
    private final List<Exemption> exemptions = new ArrayList<>();
    private final List<Tier> tiers = new ArrayList<>();
    private final List<Settings> settings = new ArrayList<>();
    private final Map<String, YamlNode> names = new HashMap<>();
    private final List<YamlNode> tierNames = new ArrayList<>();

    private final ExemptionBinder exemptionBinder;
    private final TierBinder tierBinder;
    private final SettingsBinder settingsBinder;

    /// @param builtIn names of the exemptions that come with Stet; none if it is those that are read
    public Reading(Births births, Collection<String> builtIn) {
        ofBuiltIn = builtIn.isEmpty();
        Expressions expressions = Expressions.installed();
        exemptionBinder = new ExemptionBinder(births, new Scope(false, tierNames::add, expressions));
        tierBinder = new TierBinder(new Scope(true, tierNames::add, expressions));
        settingsBinder = new SettingsBinder(builtIn);
    }

    /// Reads all the documents of all the files. Those that test a policy are no part of it.
    public void read(List<SourceText> files) {
        // By name, so that of two files with the same exemption it is always the same one that is told of.
        for (SourceText file : files.stream()
                .sorted(Comparator.comparing(SourceText::file).thenComparing(SourceText::text))
                .toList()) {
            if (!ofBuiltIn && file.file().equals(Exemption.BUILT_IN)) {
                problems.add(new Problem(file.file(), 1, 1, "", "a file cannot have this name: it is Stet's own"));
            }
            YamlDocuments.read(file, problems).forEach(this::document);
        }
        checkTierNames();
    }

    private void document(YamlNode document) {
        YamlNode top = document.fields(Kind.DOCUMENT);
        Optional<Kind> kind = Kind.of(top);
        if (kind.isEmpty() || kind.get() == Kind.POLICY_TEST) {
            return;
        }
        Header header = Header.of(top, ofBuiltIn);
        header.name().ifPresent(name -> checkUnique(kind.get(), name, header.nameNode()));
        YamlNode spec = top.required("spec");
        switch (kind.get()) {
            case PROBE_EXEMPTION -> exemptionBinder.bind(header, spec).ifPresent(rule -> add(rule, spec));
            case PROBE_TIER -> tierBinder.bind(header, spec).ifPresent(tiers::add);
            case PROBE_SETTINGS -> settings.add(settingsBinder.bind(spec));
            case POLICY_TEST -> throw new AssertionError("left out above");
        }
    }

    private void add(Exemption rule, YamlNode spec) {
        exemptions.add(rule);
        if (!ofBuiltIn && rule.expires().isEmpty() && rule.until().isEmpty()) {
            warnings.add(spec.problem(
                    "exemption " + Quoted.of(rule.name()) + " never ends: it has no 'expires', 'for' or 'until'"));
        }
    }

    private void checkUnique(Kind kind, String name, YamlNode node) {
        YamlNode first = names.putIfAbsent(kind + " " + name, node);
        if (first != null) {
            String where = Quoted.bare(first.file()) + ":" + first.line();
            String what = switch (kind) {
                case PROBE_EXEMPTION -> "exemption";
                case PROBE_TIER -> "tier";
                case PROBE_SETTINGS -> "settings";
                case POLICY_TEST -> "test";
            };
            node.report("name " + Quoted.of(name) + " is taken by the " + what + " in " + where);
        }
    }

    /// A tier may come with another set of files, so a name that none here has is no error.
    private void checkTierNames() {
        Set<String> known = tiers.stream().map(Tier::name).collect(Collectors.toCollection(TreeSet::new));
        for (YamlNode node : tierNames) {
            String name = node.text().orElseThrow();
            if (!known.contains(name)) {
                String all = known.isEmpty() ? "there are none" : "there are " + String.join(", ", known);
                warnings.add(node.problem("no tier is called " + Quoted.of(name) + ", so this never matches; " + all));
            }
        }
    }

    /// What is wrong; nothing of the files may be used unless this is empty.
    public List<Problem> problems() {
        return problems.list();
    }

    /// What is allowed and should be looked at.
    public List<Problem> warnings() {
        return warnings.list();
    }

    public Policy policy() {
        return Policy.of(exemptions, tiers, settings.isEmpty() ? Settings.DEFAULT : Settings.together(settings));
    }
}
