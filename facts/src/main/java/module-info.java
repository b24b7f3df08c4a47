/// Records: what is known about a process and the files it runs. No I/O, no clock, no thread.
module dev.stet.facts {
    exports dev.stet.facts;
}
