package dev.stet.testkit;

import java.util.Arrays;

/// Bytes that can be read by position but need not be in memory: ten million symbols, eight gigabytes of
/// nothing. Safe for use by several threads.
public interface Content {
    /// In bytes.
    long size();

    /// Reads up to `length` bytes that begin at `at` into `into[offset...]`.
    ///
    /// @return how many, at least 1; 0 at the end and behind it
    int read(long at, byte[] into, int offset, int length);

    /// All of it.
    default byte[] toArray() {
        byte[] all = new byte[Math.toIntExact(size())];
        for (int done = 0; done < all.length; ) {
            done += read(done, all, done, all.length - done);
        }
        return all;
    }

    /// These bytes, which are not copied.
    static Content of(byte[] bytes) {
        return new Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) {
                int count = Math.clamp(bytes.length - at, 0, length);
                if (count > 0) {
                    System.arraycopy(bytes, (int) at, into, offset, count);
                }
                return count;
            }
        };
    }

    static Content of(Bytes bytes) {
        return of(bytes.toArray());
    }

    static Content zeros(long size) {
        return new Zeros(size);
    }

    /// The same bytes again and again.
    static Content repeated(byte[] unit, long count) {
        byte[] many = new byte[unit.length * Math.max(1, (1 << 16) / unit.length)];
        for (int at = 0; at < many.length; at += unit.length) {
            System.arraycopy(unit, 0, many, at, unit.length);
        }
        return new Repeated(unit.length * count, many);
    }

    /// Rows of one length, each made when it is read.
    static Content rows(long count, int rowBytes, Row row) {
        return new Rows(count, rowBytes, row);
    }

    /// Makes one row.
    @FunctionalInterface
    interface Row {
        /// @param into all of the row's bytes, from `at` on; what is in them before is undefined
        void fill(long index, byte[] into, int at);
    }

    /// Nothing but zeros; a hole in a file.
    ///
    /// @param size in bytes
    record Zeros(long size) implements Content {
        @Override
        public int read(long at, byte[] into, int offset, int length) {
            int count = Math.clamp(size - at, 0, length);
            Arrays.fill(into, offset, offset + count, (byte) 0);
            return count;
        }
    }

    /// @param size in bytes
    /// @param unit that is repeated
    @SuppressWarnings("ArrayRecordComponent") // nobody compares contents
    record Repeated(long size, byte[] unit) implements Content {
        @Override
        public int read(long at, byte[] into, int offset, int length) {
            int wanted = Math.clamp(size - at, 0, length);
            for (int done = 0; done < wanted; ) {
                int within = (int) ((at + done) % unit.length);
                int count = Math.min(unit.length - within, wanted - done);
                System.arraycopy(unit, within, into, offset + done, count);
                done += count;
            }
            return wanted;
        }
    }

    /// @param count of rows
    /// @param row makes each
    record Rows(long count, int rowBytes, Row row) implements Content {
        @Override
        public long size() {
            return count * rowBytes;
        }

        @Override
        public int read(long at, byte[] into, int offset, int length) {
            int wanted = Math.clamp(size() - at, 0, length);
            byte[] partial = new byte[rowBytes];
            for (int done = 0; done < wanted; ) {
                long index = (at + done) / rowBytes;
                int within = (int) ((at + done) % rowBytes);
                int count = Math.min(rowBytes - within, wanted - done);
                if (count == rowBytes) {
                    row.fill(index, into, offset + done);
                } else {
                    row.fill(index, partial, 0);
                    System.arraycopy(partial, within, into, offset + done, count);
                }
                done += count;
            }
            return wanted;
        }
    }
}
