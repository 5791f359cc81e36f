/* bind_own IN OUT: copies a shared library so that what it says of its own symbols is bound to
 * itself, as if it had been linked with -Bsymbolic. Runs on the build machine.
 *
 * Why: of DuckDB's relocations 33,500 name symbols that the library itself defines. The loader
 * looks each of them up by its name whenever the program starts, which takes 15 ms; bound to itself
 * they are additions. Left alone are symbols of other libraries, those that must be one in the
 * whole process (STB_GNU_UNIQUE), thread-local ones, those that a resolver chooses (STT_GNU_IFUNC),
 * and the table of calls, which is bound lazily. ELF-64 specification, "Relocation"; the
 * processors' supplements for the numbers. A file of another kind is copied as it is. */
#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct image {
    unsigned char *bytes;
    size_t size;
};

/* What a processor calls the three relocations. */
static const struct processor {
    Elf64_Half machine;
    Elf64_Xword absolute;
    Elf64_Xword entry; /* of the global offset table */
    Elf64_Xword relative;
} processors[] = {
    { EM_X86_64, R_X86_64_64, R_X86_64_GLOB_DAT, R_X86_64_RELATIVE },
    { EM_AARCH64, R_AARCH64_ABS64, R_AARCH64_GLOB_DAT, R_AARCH64_RELATIVE },
};

static void fail(const char *what, const char *path)
{
    fprintf(stderr, "bind_own: %s %s\n", what, path);
    exit(1);
}

static struct image read_file(const char *path)
{
    struct image m = { 0 };
    FILE *in = fopen(path, "rb");
    long size = -1;
    if (in != NULL && fseek(in, 0, SEEK_END) == 0)
        size = ftell(in);
    if (size < 0 || fseek(in, 0, SEEK_SET) != 0)
        fail("cannot read", path);
    m.size = (size_t)size;
    m.bytes = malloc(m.size + 1);
    if (m.bytes == NULL || fread(m.bytes, 1, m.size, in) != m.size)
        fail("cannot read", path);
    fclose(in);
    return m;
}

static void write_file(const char *path, const struct image *m)
{
    FILE *out = fopen(path, "wb");
    if (out == NULL || fwrite(m->bytes, 1, m->size, out) != m->size || fclose(out) != 0)
        fail("cannot write", path);
}

static bool is_inside(const struct image *m, Elf64_Off offset, Elf64_Xword size)
{
    return offset <= m->size && size <= m->size - offset;
}

static const struct processor *processor_of(const struct image *m, Elf64_Ehdr *head)
{
    if (m->size < sizeof *head)
        return NULL;
    memcpy(head, m->bytes, sizeof *head);
    if (memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 || head->e_ident[EI_CLASS] != ELFCLASS64 ||
        head->e_ident[EI_DATA] != ELFDATA2LSB || head->e_shentsize != sizeof(Elf64_Shdr) ||
        !is_inside(m, head->e_shoff, (Elf64_Xword)head->e_shnum * sizeof(Elf64_Shdr)))
        return NULL;
    for (size_t i = 0; i < sizeof processors / sizeof *processors; i++) {
        if (processors[i].machine == head->e_machine)
            return &processors[i];
    }
    return NULL;
}

static Elf64_Shdr section(const struct image *m, const Elf64_Ehdr *head, size_t i)
{
    Elf64_Shdr s = { 0 };
    if (i < head->e_shnum)
        memcpy(&s, m->bytes + head->e_shoff + i * sizeof s, sizeof s);
    return s;
}

/* Defined here, and nobody else's business. */
static bool is_own(const Elf64_Sym *s)
{
    const unsigned kind = ELF64_ST_TYPE(s->st_info);
    return s->st_shndx != SHN_UNDEF && s->st_shndx < SHN_LORESERVE &&
           ELF64_ST_BIND(s->st_info) != STB_GNU_UNIQUE && kind != STT_TLS && kind != STT_GNU_IFUNC;
}

static bool bind_one(const struct processor *p, const Elf64_Sym *own, Elf64_Rela *r)
{
    const Elf64_Xword type = ELF64_R_TYPE(r->r_info);
    if ((type != p->absolute && type != p->entry) || !is_own(own))
        return false;
    r->r_addend = (Elf64_Sxword)own->st_value + (type == p->absolute ? r->r_addend : 0);
    r->r_info = ELF64_R_INFO(0, p->relative);
    return true;
}

/* The relocations of one section; how many were bound. */
static size_t bind_section(struct image *m,
                           const struct processor *p,
                           const Elf64_Shdr *relocations,
                           const Elf64_Shdr *symbols)
{
    size_t bound = 0;
    for (Elf64_Xword at = 0; at + sizeof(Elf64_Rela) <= relocations->sh_size;
         at += sizeof(Elf64_Rela)) {
        unsigned char *place = m->bytes + relocations->sh_offset + at;
        Elf64_Rela r;
        Elf64_Sym own;
        memcpy(&r, place, sizeof r);
        const Elf64_Xword i = ELF64_R_SYM(r.r_info);
        if (i == 0 || (i + 1) * sizeof own > symbols->sh_size)
            continue;
        memcpy(&own, m->bytes + symbols->sh_offset + i * sizeof own, sizeof own);
        if (!bind_one(p, &own, &r))
            continue;
        memcpy(place, &r, sizeof r);
        bound++;
    }
    return bound;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: bind_own IN OUT\n");
        return 2;
    }
    Elf64_Ehdr head = { 0 };
    struct image m = read_file(argv[1]);
    const struct processor *p = processor_of(&m, &head);
    size_t bound = 0;
    for (size_t i = 0; p != NULL && i < head.e_shnum; i++) {
        const Elf64_Shdr relocations = section(&m, &head, i);
        const Elf64_Shdr symbols = section(&m, &head, relocations.sh_link);
        if (relocations.sh_type == SHT_RELA && symbols.sh_type == SHT_DYNSYM &&
            is_inside(&m, relocations.sh_offset, relocations.sh_size) &&
            is_inside(&m, symbols.sh_offset, symbols.sh_size))
            bound += bind_section(&m, p, &relocations, &symbols);
    }
    write_file(argv[2], &m);
    printf("%zu references bound\n", bound);
    free(m.bytes);
    return 0;
}
