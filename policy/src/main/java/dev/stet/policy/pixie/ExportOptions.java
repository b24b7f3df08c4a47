package dev.stet.policy.pixie;

/// What an export may do with exemptions that the list cannot express as they are.
///
/// @param allowBroader they may exempt more than they say
/// @param includeTemporary they may lose their end
public record ExportOptions(boolean allowBroader, boolean includeTemporary) {
    /// Nothing: only what means the same in both.
    public static final ExportOptions STRICT = new ExportOptions(false, false);
}
