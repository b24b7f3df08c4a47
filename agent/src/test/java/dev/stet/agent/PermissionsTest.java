package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Glob;
import dev.stet.policy.Permission;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermissionsTest {
    private static Permission of(boolean returns, boolean usdt, String... functions) {
        List<Glob> globs = List.of(functions).stream().map(Glob::name).toList();
        return new Permission(true, returns, true, usdt, true, List.of(), globs, List.of());
    }

    @Test
    void bothIsWhatEachAllows() {
        assertThat(Permissions.both(of(false, true, "b"), of(true, false, "a"))).isEqualTo(of(false, false, "a", "b"));
        assertThat(Permissions.both(Permission.ALL, of(false, true))).isEqualTo(of(false, true));
        assertThat(Permissions.both(Permission.NONE, of(false, true)).probe()).isFalse();
    }

    @Test
    void lessIsWithinMore() {
        assertThat(Permissions.isWithin(Permission.NONE, Permission.NONE)).isTrue();
        assertThat(Permissions.isWithin(of(false, true), Permission.ALL)).isTrue();
        assertThat(Permissions.isWithin(Permission.ALL, of(false, true))).isFalse();
        assertThat(Permissions.isWithin(of(true, true, "a", "b"), of(true, true, "b")))
                .isTrue();
        assertThat(Permissions.isWithin(of(true, true, "a"), of(true, true, "b")))
                .isFalse();
        assertThat(Permissions.isWithin(of(true, true), Permission.NONE)).isFalse();
    }
}
