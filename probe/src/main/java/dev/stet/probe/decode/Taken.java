package dev.stet.probe.decode;

import java.lang.foreign.MemorySegment;

/// What a program took for one capture: a part of a record of the ring. Anybody may have written it, for it
/// is
/// the target's memory.
public interface Taken {
    /// The record, or what there is of it.
    MemorySegment record();

    /// Where a take begins in the record, in bytes; see [dev.stet.probe.compile.Take].
    ///
    /// @param take its number in the capture
    long offset(int take);

    /// Could it not be had?
    ///
    /// @param take its number in the capture
    boolean failed(int take);
}
