package dev.stet.policy;

import dev.stet.facts.Container;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.GoModule;
import dev.stet.facts.Pod;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.Relative;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The part of a fact that rules are found by.
///
/// @param entry of a map the key whose value it is; else empty
record Column(FactKey<?> key, Part part, String entry) {
    enum Part {
        /// The value, or each of several.
        WHOLE,
        /// The last component of a path, or of each of several.
        NAME,
        ENTRY,
        KIN_EXE,
        KIN_NAME,
        KIN_COMM,
        CONTAINER_NAME,
        IMAGE,
        DIGEST,
        NAMESPACE,
        POD_NAME,
        WORKLOAD,
        LABEL,
        ANNOTATION
    }

    Column(FactKey<?> key, Part part) {
        this(key, part, "");
    }

    /// Finds the rules that this fact of a process does not rule out.
    void find(ProcessFacts facts, Postings postings, Candidates candidates) {
        switch (facts.get(key)) {
            case Fact.Known<?>(var value) -> findEach(value, postings, candidates);
            case Fact.Absent<?> _ -> {}
            case Fact.Unreadable<?> _, Fact.NotRead<?> _ -> postings.all(candidates);
        }
    }

    private void findEach(Object value, Postings postings, Candidates candidates) {
        if (value instanceof List<?> several) {
            for (int i = 0; i < several.size(); i++) {
                find(several.get(i), postings, candidates);
            }
        } else if (value instanceof Collection<?> several) {
            for (Object one : several) {
                find(one, postings, candidates);
            }
        } else {
            find(value, postings, candidates);
        }
    }

    private void find(Object value, Postings postings, Candidates candidates) {
        switch (part) {
            case WHOLE -> postings.find(value instanceof GoModule module ? module.path() : value, candidates);
            case NAME -> name((String) value, postings, candidates);
            case ENTRY -> entry((Map<?, ?>) value, postings, candidates);
            case KIN_EXE, KIN_NAME -> kin(((Relative) value).exe(), postings, candidates);
            case KIN_COMM -> kin(((Relative) value).comm(), postings, candidates);
            case CONTAINER_NAME -> postings.find(((Container) value).name(), candidates);
            case IMAGE -> postings.find(((Container) value).image(), candidates);
            case DIGEST -> postings.find(((Container) value).digest(), candidates);
            case NAMESPACE -> postings.find(((Pod) value).namespace(), candidates);
            case POD_NAME -> postings.find(((Pod) value).name(), candidates);
            case WORKLOAD -> postings.find(((Pod) value).workload(), candidates);
            case LABEL -> entry(((Pod) value).labels(), postings, candidates);
            case ANNOTATION -> entry(((Pod) value).annotations(), postings, candidates);
        }
    }

    private static void name(String path, Postings postings, Candidates candidates) {
        postings.find(path, path.lastIndexOf('/') + 1, candidates);
    }

    private void entry(Map<?, ?> map, Postings postings, Candidates candidates) {
        if (map.get(entry) instanceof String value) {
            postings.find(value, candidates);
        }
    }

    private void kin(Fact<String> fact, Postings postings, Candidates candidates) {
        switch (fact) {
            case Fact.Known<String>(var path) -> {
                if (part == Part.KIN_NAME) {
                    name(path, postings, candidates);
                } else {
                    postings.find(path, candidates);
                }
            }
            case Fact.Absent<String> _ -> {}
            case Fact.Unreadable<String> _, Fact.NotRead<String> _ -> postings.all(candidates);
        }
    }
}
