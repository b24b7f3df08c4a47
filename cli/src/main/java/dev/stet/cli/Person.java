package dev.stet.cli;

import dev.stet.agent.audit.Who;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Who runs this command.
final class Person {
    private Person() {}

    /// For the audit log.
    ///
    /// @param command what was asked for: `stet exempt end fibers`
    static Who who(String command) {
        Optional<String> sudo = Optional.ofNullable(System.getenv("SUDO_USER")).filter(name -> !name.isBlank());
        return new Who(
                uid(),
                System.getProperty("user.name", ""),
                sudo,
                ProcessHandle.current().pid(),
                command);
    }

    /// Who answers for what this person writes, as git does it: `alice@build7`. sudo's caller rather than root.
    static String owner() {
        String user = Optional.ofNullable(System.getenv("SUDO_USER"))
                .filter(name -> !name.isBlank())
                .orElse(System.getProperty("user.name", "root"));
        return user + "@" + host();
    }

    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return InetAddress.getLoopbackAddress().getHostName();
        }
    }

    private static int uid() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Uid:"))
                    .map(line ->
                            Integer.parseUnsignedInt(line.substring(4).strip().split("\\s+", -1)[0]))
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }
}
