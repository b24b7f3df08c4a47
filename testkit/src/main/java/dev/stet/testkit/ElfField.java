package dev.stet.testkit;

/// A field of one of ELF's headers, to lie about (gABI chapters 4 and 5; Elf64_Ehdr, Elf64_Shdr, Elf64_Phdr).
public sealed interface ElfField {
    /// Where it is in its header, in bytes.
    int at();

    /// In bytes.
    int width();

    /// Of the file's own header.
    enum Header implements ElfField {
        EI_MAG0(0, 1),
        EI_CLASS(4, 1),
        EI_DATA(5, 1),
        EI_VERSION(6, 1),
        EI_OSABI(7, 1),
        E_TYPE(16, 2),
        E_MACHINE(18, 2),
        E_VERSION(20, 4),
        E_ENTRY(24, 8),
        E_PHOFF(32, 8),
        E_SHOFF(40, 8),
        E_FLAGS(48, 4),
        E_EHSIZE(52, 2),
        E_PHENTSIZE(54, 2),
        E_PHNUM(56, 2),
        E_SHENTSIZE(58, 2),
        E_SHNUM(60, 2),
        E_SHSTRNDX(62, 2);

        private final int at;
        private final int width;

        Header(int at, int width) {
            this.at = at;
            this.width = width;
        }

        @Override
        public int at() {
            return at;
        }

        @Override
        public int width() {
            return width;
        }
    }

    /// Of a section header.
    enum Section implements ElfField {
        SH_NAME(0, 4),
        SH_TYPE(4, 4),
        SH_FLAGS(8, 8),
        SH_ADDR(16, 8),
        SH_OFFSET(24, 8),
        SH_SIZE(32, 8),
        SH_LINK(40, 4),
        SH_INFO(44, 4),
        SH_ADDRALIGN(48, 8),
        SH_ENTSIZE(56, 8);

        private final int at;
        private final int width;

        Section(int at, int width) {
            this.at = at;
            this.width = width;
        }

        @Override
        public int at() {
            return at;
        }

        @Override
        public int width() {
            return width;
        }
    }

    /// Of a program header.
    enum Segment implements ElfField {
        P_TYPE(0, 4),
        P_FLAGS(4, 4),
        P_OFFSET(8, 8),
        P_VADDR(16, 8),
        P_PADDR(24, 8),
        P_FILESZ(32, 8),
        P_MEMSZ(40, 8),
        P_ALIGN(48, 8);

        private final int at;
        private final int width;

        Segment(int at, int width) {
            this.at = at;
            this.width = width;
        }

        @Override
        public int at() {
            return at;
        }

        @Override
        public int width() {
            return width;
        }
    }
}
