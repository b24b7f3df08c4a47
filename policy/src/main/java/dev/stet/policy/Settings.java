package dev.stet.policy;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/// What an administrator says about a policy as a whole.
///
/// @param selfExemption may workloads exempt themselves?
/// @param lifted names of built-in exemptions that shall not be in force
public record Settings(boolean selfExemption, Set<String> lifted) {
    /// What holds if nobody says anything.
    public static final Settings DEFAULT = new Settings(true, Set.of());

    public Settings {
        lifted = Set.copyOf(lifted);
    }

    /// What several documents say together: whoever denies wins, and everything that one of them lifts is lifted.
    public static Settings together(Collection<Settings> all) {
        Set<String> lifted = new TreeSet<>();
        all.forEach(each -> lifted.addAll(each.lifted));
        return new Settings(all.stream().allMatch(Settings::selfExemption), lifted);
    }
}
