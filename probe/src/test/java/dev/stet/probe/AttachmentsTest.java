package dev.stet.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.ProcessIdentity;
import dev.stet.probe.compile.Recording;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttachmentsTest {
    private static final ProcessIdentity PROCESS = new ProcessIdentity(4711, 1);

    private final Attachments attachments = new Attachments();

    private Attachment add(List<AttachPoint> points) {
        return attachments.add(PROCESS, "a", "/a", points, new Attachment.Span(0));
    }

    private static long cookie(Attachment attachment) {
        return Recording.cookie(attachment.id(), 7) | Recording.BORROWED_BIT;
    }

    @Test
    void closedOnesAreKnownForAWhile() {
        Attachment open = add(List.of());
        Attachment closed = add(List.of());
        assertThat(attachments.live()).containsExactly(open, closed);
        assertThat(attachments.close(closed)).isTrue();
        assertThat(attachments.close(closed)).isFalse();
        assertThat(attachments.live()).containsExactly(open);
        assertThat(attachments.of(cookie(closed))).containsSame(closed);
        assertThat(attachments.isLive(cookie(closed))).isFalse();
        assertThat(attachments.isLive(cookie(open))).isTrue();
        for (int i = 0; i < 4096; i++) {
            assertThat(attachments.of(cookie(closed))).isPresent();
            assertThat(attachments.close(add(List.of()))).isTrue();
        }
        assertThat(attachments.of(cookie(closed))).isEmpty();
        assertThat(attachments.close(closed)).isFalse();
        assertThat(attachments.of(cookie(open))).containsSame(open);
    }

    @Test
    void closedOnesOfManyPointsAreKnownForLess() {
        AttachPoint point = new AttachPoint(null, "f", 0, null, AttachPoint.Ends.NOT_FOLLOWED, null, NOTHING);
        List<AttachPoint> many = Collections.nCopies(300_000, point);
        Attachment first = add(many);
        assertThat(attachments.close(first)).isTrue();
        for (int i = 0; i < 2; i++) {
            assertThat(attachments.close(add(many))).isTrue();
        }
        assertThat(attachments.of(cookie(first))).isPresent();
        assertThat(attachments.close(add(many))).isTrue();
        assertThat(attachments.of(cookie(first))).isEmpty();
    }

    private static final Recording NOTHING = new Recording(
            Recording.Owner.STACK,
            List.of(),
            List.of(),
            List.of(),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            false,
            false,
            java.util.Optional.empty(),
            1,
            0);
}
