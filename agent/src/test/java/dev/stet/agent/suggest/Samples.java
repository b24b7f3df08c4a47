package dev.stet.agent.suggest;

import java.nio.charset.StandardCharsets;

/// What the kernel, systemd-coredump, kubectl and Alertmanager write. The kernel's lines are real (6.18, x86-64), of a
/// program that was made to crash, once under its own name and once as `stet crash] of`.
final class Samples {
    static final String KMSG = """
            6,5674,72941984991,-;uprobe: omit uretprobe due to nestedness limit pid/tgid=28312/28312
            6,5686,73479783008,-;stetcrash[6233]: segfault at 10 ip 000055b08f87519c sp 00007ffe778fbf20 error 6 in stetcrash[119c,55b08f875000+1000] likely on CPU 1 (core 1, socket 0)
            6,5687,73479783025,-;Code: 00 00 00 89 c0 48 8d 14 85 00 00 00 00 48 8d 05 7e 0e 00 00 8b 04 02
             SUBSYSTEM=none
            6,5688,73479784134,-;stet crash] of[6234]: segfault at 10 ip 000055a79d9ee19c sp 00007ffc07de4a40 error 6 in stet crash] of[119c,55a79d9ee000+1000] likely on CPU 1 (core 1, socket 0)
            6,5690,73479785175,-;traps: stetcrash[6235] trap int3 ip:55f46b02f1a3 sp:7fff21bd1460 error:0 in stetcrash[11a3,55f46b02f000+1000]
            6,5693,73479788322,-;traps: stet crash] of[6238] trap invalid opcode ip:55b2a4ee61a3 sp:7fff1d109460 error:0 in stet crash] of[11a3,55b2a4ee6000+1000]
            6,5694,73479789340,-;traps: stetcrash[6239] general protection fault ip:556894d181af sp:7fff2c4fb790 error:0 in stetcrash[11af,556894d18000+1000]
            6,5696,73479791255,-;stetcrash[6241]: segfault at 8 ip 00007fd75d3f6ad8 sp 00007fff22285448 error 4 in libc.so.6[167ad8,7fd75d2b5000+156000] likely on CPU 0 (core 0, socket 0)
            12,5700,73479792255,-;shop[4711]: segfault at 8 ip 00007fd75d3f6ad8 sp 00007fff22285448 error 4 in shop[1,2+3]
            """;

    static final String PRINTED = """
            [73479.783008] stetcrash[6233]: segfault at 10 ip 000055b08f87519c sp 00007ffe778fbf20 error 6 in stetcrash[119c,55b08f875000+1000] likely on CPU 1
            <6>[73479.785175] traps: stetcrash[6235] trap int3 ip:55f46b02f1a3 sp:7fff21bd1460 error:0 in stetcrash[11a3,55f46b02f000+1000]
            Nov 23 11:55:13 node7 kernel: traps: stetcrash[6237] trap divide error ip:55d6e13211a3 sp:7fffb3687b00 error:0 in stetcrash[11a3,55d6e1321000+1000]
            Nov 23 11:55:13 node7 kernel: stetcrash[6233]: segfault at 1234 ip 0000000000001234 sp 00007ffe778fbf20 error 14
            """;

    /// Where a text is no UTF-8 journalctl writes its bytes; where it is too long, null.
    static final String DUMPS = """
            {"__REALTIME_TIMESTAMP":"1795434913000000","MESSAGE_ID":"fc2e22bc6ee647b6b90729ab34a250b1","COREDUMP_EXE":"/srv/shop","COREDUMP_COMM":"shop","COREDUMP_PID":"4711","COREDUMP_SIGNAL":"11","COREDUMP_SIGNAL_NAME":"SIGSEGV","COREDUMP_TIMESTAMP":"1795434912000000","MESSAGE":null,"COREDUMP_PACKAGE_JSON":"{\\"elfType\\":\\"coredump\\",\\"/srv/shop\\":{\\"buildId\\":\\"f1c3bcc0aa\\"}}"}
            {"MESSAGE_ID":"fc2e22bc6ee647b6b90729ab34a250b1","COREDUMP_EXE":[47,115,114,118,47,255,195,188],"COREDUMP_COMM":"x","COREDUMP_SIGNAL":"6","COREDUMP_STACKTRACE":[1,2,3]}
            {"COREDUMP_COMM":"onlycomm","COREDUMP_SIGNAL":5}
            """;

    /// What journalctl (systemd 252) printed of two entries that were made by hand, with systemd-coredump's fields.
    static final String JOURNAL = """
            {"_HOSTNAME":"vm","__MONOTONIC_TIMESTAMP":"75972418373","COREDUMP_PID":"4711","__REALTIME_TIMESTAMP":"1795437156646981","_GID":"0","COREDUMP_COMM":"shop","COREDUMP_SIGNAL":"11","SYSLOG_IDENTIFIER":"logger","COREDUMP_SIGNAL_NAME":"SIGSEGV","MESSAGE":"Process 4711 (shop) of user 0 dumped core.","COREDUMP_EXE":"/srv/shop","_PID":"18612","_SOURCE_REALTIME_TIMESTAMP":"1795437156637691","_UID":"0","MESSAGE_ID":"fc2e22bc6ee647b6b90729ab34a250b1","COREDUMP_TIMESTAMP":"1795434912000000","_TRANSPORT":"journal","_RUNTIME_SCOPE":"system"}
            {"_GID":"0","MESSAGE":"x","_TRANSPORT":"journal","MESSAGE_ID":"fc2e22bc6ee647b6b90729ab34a250b1","SYSLOG_IDENTIFIER":"logger","COREDUMP_SIGNAL":"6","_COMM":"logger","_CMDLINE":"logger --journald","COREDUMP_EXE":[47,115,114,118,47,255,195,188],"_PID":"18646","_RUNTIME_SCOPE":"system","__MONOTONIC_TIMESTAMP":"75972435298","_SOURCE_REALTIME_TIMESTAMP":"1795437156648536","_CAP_EFFECTIVE":"1fffeffffff","COREDUMP_COMM":"x","_EXE":"/usr/bin/logger","_UID":"0","__REALTIME_TIMESTAMP":"1795437156663906","_HOSTNAME":"vm"}
            """;

    static final String PODS = """
            {"apiVersion":"v1","kind":"List","items":[
              {"metadata":{"namespace":"web","name":"shop-7d","labels":{"app":"shop"}},
               "status":{"containerStatuses":[
                 {"name":"app","restartCount":7,"containerID":"containerd://%1$s",
                  "state":{"running":{"startedAt":"2026-11-23T10:00:00Z"}},
                  "lastState":{"terminated":{"exitCode":139,"reason":"Error","finishedAt":"2026-11-23T09:59:00Z"}}},
                 {"name":"side","restartCount":1,"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}},
                 {"name":"fine","restartCount":0,"lastState":{}}]}},
              {"metadata":{"name":"job"},
               "status":{"initContainerStatuses":[
                 {"name":"init","restartCount":3,"state":{"terminated":{"exitCode":3,"reason":"Error"}}},
                 {"name":"done","state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}}]}
            """.formatted("ab".repeat(32));

    static final String ALERTS = """
            {"version":"4","groupKey":"{}:{alertname=\\"Crash\\"}","status":"firing","receiver":"stet","truncatedAlerts":0,
             "groupLabels":{"alertname":"Crash"},"externalURL":"http://am","alerts":[
              {"status":"firing","labels":{"alertname":"Crash","exe":"/srv/shop","signal":"SIGSEGV"},
               "annotations":{"summary":"shop crashed \\u00fc"},"startsAt":"2026-11-23T11:00:00Z","endsAt":"0001-01-01T00:00:00Z"},
              {"status":"resolved","labels":{"alertname":"Crash","exe":"/srv/other"}},
              {"status":"firing","labels":{"alertname":"KubePodCrashLooping","namespace":"web","pod":"shop-7d","container":"app",
               "id":"/kubepods/pod1/%s"},"startsAt":"not a time"},
              {"status":"firing","labels":{"alertname":"LatencyHigh"}}]}
            """.formatted("cd".repeat(32));

    private Samples() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
