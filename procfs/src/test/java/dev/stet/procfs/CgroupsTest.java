package dev.stet.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CgroupsTest {
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final String INNER = "f".repeat(64);

    @ParameterizedTest
    @CsvSource({
        "/system.slice/docker-ID.scope",
        "/docker/ID",
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/cri-containerd-ID.scope",
        "/kubepods/besteffort/pod1234/ID",
        "/kubepods.slice/kubepods-pod1.slice/crio-ID.scope",
        "/kubepods.slice/kubepods-pod1.slice/crio-ID.scope/container",
        "/system.slice/containerd.service/kubepods-besteffort-pod1.slice:cri-containerd:ID",
        "/machine.slice/libpod-ID.scope/container",
        "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope",
        "/libpod_parent/libpod-ID",
        "/../../docker/ID",
        "/docker/INNER/kubelet/kubepods/pod1/ID",
        "/docker/ID/system.slice"
    })
    void containers(String path) {
        String real = path.replace("ID", ID).replace("INNER", INNER);
        assertThat(ContainerId.of(real)).contains(ID);
        assertThat(SystemdUnit.of(real))
                .isEqualTo(path.endsWith("/system.slice") ? slice() : java.util.Optional.empty());
    }

    private static java.util.Optional<String> slice() {
        return java.util.Optional.of("system.slice");
    }

    @ParameterizedTest
    @CsvSource({
        "/",
        "/system.slice/nginx.service",
        "/machine.slice/libpod-conmon-ID.scope",
        "/kubepods.slice/crio-conmon-ID.scope",
        "/docker/ID0",
        "/docker/x",
        "/0fc0f08ded526871734cfef7e3100b4f",
        "/docker/ID.service"
    })
    void noContainers(String path) {
        assertThat(ContainerId.of(path.replace("ID", ID))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/system.slice/nginx.service, nginx.service",
        "/system.slice/nginx.service/worker/1, nginx.service",
        "/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service, foo.service",
        "/user.slice/user-1000.slice/session-4.scope, session-4.scope",
        "/init.scope, init.scope",
        "/system.slice/system-getty.slice/getty@tty1.service, getty@tty1.service",
        "/system.slice/_cpu.service, cpu.service",
        "/system.slice/dev-disk\\x2da.swap, dev-disk\\x2da.swap",
        "/system.slice, system.slice",
        "/system.slice/docker-ID.scope/system.slice/nginx.service, nginx.service",
        "/, ",
        "/a/b, ",
        "/.service, ",
        "/a b.service, "
    })
    void units(String path, String unit) {
        assertThat(SystemdUnit.of(path.replace("ID", ID))).isEqualTo(java.util.Optional.ofNullable(unit));
    }

    @Test
    void version2ComesFirstUnlessAllIsInItsRoot() {
        Cgroups two =
                Cgroups.parse("4:memory:/docker/" + ID + "\n1:name=systemd:/x\n0::/system.slice/a.service (deleted)\n");
        assertThat(two.path()).contains("/system.slice/a.service");
        assertThat(two.unit()).contains("a.service");
        assertThat(two.containerId()).contains(ID);
        Cgroups hybrid = Cgroups.parse("4:memory:/long/path/b.service\n1:name=systemd:/a.service\n0::/\n");
        assertThat(hybrid.path()).contains("/long/path/b.service");
        assertThat(hybrid.unit()).contains("a.service");
        assertThat(Cgroups.parse("0::/\n").path()).contains("/");
        assertThat(Cgroups.parse("").path()).isEmpty();
        assertThat(Cgroups.parse("x\n:\n::\n1:\n0::x\n\0").path()).isEmpty();
    }

    /// A path of the target's making cannot take long.
    @Test
    void hostilePaths() {
        long start = System.nanoTime();
        String deep = "/a".repeat(60_000);
        assertThat(ContainerId.of(deep)).isEmpty();
        assertThat(SystemdUnit.of(deep)).isEmpty();
        assertThat(ContainerId.of("/" + "-:".repeat(60_000))).isEmpty();
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    }
}
