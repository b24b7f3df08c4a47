package dev.stet.service.otlp;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.util.Collection;
import java.util.function.Consumer;

/// Gives log records on, and counts them.
///
/// @param tell how each attempt ended
record CountedLogs(LogRecordExporter to, Outstanding outstanding, Consumer<CompletableResultCode> tell)
        implements LogRecordExporter {
    @Override
    public CompletableResultCode export(Collection<LogRecordData> logs) {
        int count = logs.size();
        CompletableResultCode result = to.export(logs);
        result.whenComplete(() -> {
            outstanding.ended(count, result.isSuccess());
            tell.accept(result);
        });
        return result;
    }

    @Override
    public CompletableResultCode flush() {
        return to.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return to.shutdown();
    }
}
