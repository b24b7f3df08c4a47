/// Builders of binaries, honest and lying, for tests. Never part of what runs.
module dev.stet.testkit {
    exports dev.stet.testkit;
}
