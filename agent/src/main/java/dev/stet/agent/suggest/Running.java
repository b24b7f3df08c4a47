package dev.stet.agent.suggest;

import dev.stet.agent.guardian.Build;
import java.util.Optional;

/// A process that runs now.
///
/// @param build what it runs
/// @param container 64 hex digits; empty outside of containers
public record Running(int pid, long startTicks, Build build, Optional<String> container) {}
