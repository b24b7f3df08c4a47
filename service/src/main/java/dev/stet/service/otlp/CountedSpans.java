package dev.stet.service.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Gives spans on, each as one of the program that made the call and not of Stet, and counts them.
final class CountedSpans implements SpanExporter {
    static final AttributeKey<Long> PID = AttributeKey.longKey("process.pid");
    static final AttributeKey<String> PROGRAM = AttributeKey.stringKey("process.executable.name");

    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    private static final int MAX_RESOURCES = 1024;

    private final SpanExporter to;
    private final Outstanding outstanding;
    private final Consumer<CompletableResultCode> tell;
    /// Of programs, the longest unused first; used by the SDK's one thread that exports.
    private final Map<Attributes, Resource> resources = new LinkedHashMap<>(64, 0.75f, true);

    /// @param tell how each attempt ended
    CountedSpans(SpanExporter to, Outstanding outstanding, Consumer<CompletableResultCode> tell) {
        this.to = to;
        this.outstanding = outstanding;
        this.tell = tell;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        List<SpanData> own = spans.stream().map(this::ofItsProgram).toList();
        CompletableResultCode result = to.export(own);
        result.whenComplete(() -> {
            outstanding.ended(count, result.isSuccess());
            tell.accept(result);
        });
        return result;
    }

    private SpanData ofItsProgram(SpanData span) {
        Attributes all = span.getAttributes();
        String program = all.get(PROGRAM);
        Long pid = all.get(PID);
        if (program == null || pid == null) {
            return span;
        }
        Attributes process = Attributes.of(SERVICE, program, PROGRAM, program, PID, pid);
        Resource resource;
        synchronized (resources) {
            resource =
                    resources.computeIfAbsent(process, it -> span.getResource().merge(Resource.create(it)));
            if (resources.size() > MAX_RESOURCES) {
                resources.remove(resources.keySet().iterator().next());
            }
        }
        return new Owned(
                span, resource, all.toBuilder().remove(PROGRAM).remove(PID).build());
    }

    private static final class Owned extends DelegatingSpanData {
        private final Resource resource;
        private final Attributes attributes;

        Owned(SpanData span, Resource resource, Attributes attributes) {
            super(span);
            this.resource = resource;
            this.attributes = attributes;
        }

        @Override
        public Resource getResource() {
            return resource;
        }

        @Override
        public Attributes getAttributes() {
            return attributes;
        }
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
