package dev.stet.probe.resolve;

import dev.stet.probe.compile.Word;
import java.util.ArrayList;
import java.util.List;

/// When a program looks at a call.
sealed interface Moment {
    /// A word of the entry, as it is to be had now.
    Word kept(Word ofEntry);

    /// When the function is called.
    record Entry() implements Moment {
        @Override
        public Word kept(Word ofEntry) {
            return ofEntry;
        }
    }

    /// When it returns. Words of the entry are kept, each once.
    final class Return implements Moment {
        private final List<Word> saved = new ArrayList<>();

        @Override
        public Word kept(Word ofEntry) {
            if (ofEntry instanceof Word.Constant) {
                return ofEntry;
            }
            int same = saved.indexOf(ofEntry);
            if (same >= 0) {
                return new Word.Saved(same);
            }
            saved.add(ofEntry);
            return new Word.Saved(saved.size() - 1);
        }

        List<Word> saved() {
            return List.copyOf(saved);
        }

        int count() {
            return saved.size();
        }

        /// Forgets what was kept later: it was for something that came to nothing.
        void forget(int count) {
            saved.subList(count, saved.size()).clear();
        }
    }
}
