package dev.stet.policy.pixie;

/// A list that was found in a text.
///
/// @param list what it has
/// @param where for a person: `pem.yaml:12`
/// @param via how it would reach Pixie
public record FoundList(OptOutList list, String where, Via via) {
    /// How a list would reach Pixie.
    public enum Via {
        /// It was given as such.
        VALUE,
        /// An argument of a container.
        ARGUMENT,
        /// A variable of a container's environment, or one of `customPEMFlags`, which become that.
        ENVIRONMENT
    }
}
