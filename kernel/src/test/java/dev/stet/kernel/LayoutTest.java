package dev.stet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The offsets that the code writes to are the running kernel's.
class LayoutTest {
    private static KernelTypes kernel;

    @BeforeAll
    static void read() throws IOException {
        kernel = new KernelTypes();
    }

    @ParameterizedTest
    @CsvSource({
        "map_type, 0",
        "key_size, 4",
        "value_size, 8",
        "max_entries, 12",
        "map_flags, 16",
        "map_name, 28",
        "map_fd, 0",
        "key, 8",
        "value, 16",
        "next_key, 16",
        "prog_type, 0",
        "insn_cnt, 4",
        "insns, 8",
        "license, 16",
        "log_level, 24",
        "log_size, 28",
        "log_buf, 32",
        "prog_flags, 44",
        "prog_name, 48",
        "expected_attach_type, 68",
        "test.prog_fd, 0",
        "test.retval, 4",
        "test.ctx_size_in, 40",
        "test.ctx_in, 48",
        "test.batch_size, 72",
        "link_create.prog_fd, 0",
        "link_create.attach_type, 8",
        "link_create.uprobe_multi.path, 16",
        "link_create.uprobe_multi.offsets, 24",
        "link_create.uprobe_multi.ref_ctr_offsets, 32",
        "link_create.uprobe_multi.cookies, 40",
        "link_create.uprobe_multi.cnt, 48",
        "link_create.uprobe_multi.flags, 52",
        "link_create.uprobe_multi.pid, 56",
        "start_id, 0",
        "next_id, 4",
        "info.bpf_fd, 0",
        "info.info_len, 4",
        "info.info, 8"
    })
    void bpfAttr(String member, int offset) {
        assertThat(kernel.offsetOf("bpf_attr", member)).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource({"type, 0", "size, 4", "config, 8", "sample_period, 16", "uprobe_path, 56", "probe_offset, 64"})
    void perfEventAttr(String member, int offset) {
        assertThat(kernel.offsetOf("perf_event_attr", member)).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource({
        "type, 0",
        "prog_id, 8",
        "uprobe_multi.path, 16",
        "uprobe_multi.offsets, 24",
        "uprobe_multi.path_size, 48",
        "uprobe_multi.count, 52",
        "uprobe_multi.pid, 60"
    })
    void bpfLinkInfo(String member, int offset) {
        assertThat(kernel.offsetOf("bpf_link_info", member)).isEqualTo(offset);
    }

    /// What [Btf], which reads the same but knows less, says too.
    @Test
    void btfAgrees() throws IOException {
        assertThat(Btf.ofKernel().offsetOf("task_struct", "thread")).hasValue(kernel.offsetOf("task_struct", "thread"));
        assertThat(Btf.fsBase()).hasValue(kernel.offsetOf("task_struct", "thread.fsbase"));
    }

    @ParameterizedTest
    @CsvSource({"mnt_id, 144", "mode, 28", "ino, 32", "size, 40", "ctime, 96", "mtime, 112", "dev_major, 136"})
    void statx(String member, int offset) {
        assertThat(kernel.offsetOf("statx", "stx_" + member)).isEqualTo(offset);
    }
}
