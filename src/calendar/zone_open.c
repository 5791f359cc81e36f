/* The machine's tz database: checked names, suggestions, version. */
#include "calendar/calendar.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define ZONE_FOLDER   "/usr/share/zoneinfo"
#define ZONE_FILE_MAX ((size_t)1024 * 1024)
#define NAME_MAX_LEN  64

/* Letters, digits, _ + - and single slashes between parts: nothing that could leave the folder. */
static bool name_is_safe(str name)
{
    if (name.len == 0 || name.len > NAME_MAX_LEN || name.ptr[0] == '/')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
        const bool is_slash = c == '/' && i + 1 < name.len && name.ptr[i + 1] != '/';
        if (!is_word && !is_slash)
            return false;
    }
    return true;
}

struct nearest {
    char name[NAME_MAX_LEN + 1];
    unsigned distance;
};

static bool is_tzif(const char *path)
{
    char head[4] = { 0 };
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return false;
    const size_t n = fread(head, 1, sizeof head, f); /* a folder gives none */
    fclose(f);
    return n == sizeof head && memcmp(head, "TZif", sizeof head) == 0;
}

/* Compares the wanted name with "Area/City" and, for people who write a city only, with "City". */
static void consider(struct nearest *best, str wanted, str full)
{
    const unsigned whole = str_distance(wanted, full, best->distance);
    const unsigned city = str_distance(wanted, path_base(full), best->distance);
    const unsigned d = whole < city ? whole : city;
    char path[128];
    if (d >= best->distance || full.len > NAME_MAX_LEN)
        return;
    snprintf(path, sizeof path, "%s/%.*s", ZONE_FOLDER, STR_ARG(full));
    if (!is_tzif(path))
        return;
    best->distance = d;
    memcpy(best->name, full.ptr, full.len);
    best->name[full.len] = '\0';
}

static void suggest_in(struct nearest *best, str wanted, const char *area)
{
    char path[320];
    snprintf(path, sizeof path, "%s/%s", ZONE_FOLDER, area);
    DIR *d = opendir(path);
    if (d == NULL)
        return;
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        char full[640];
        if (e->d_name[0] == '.')
            continue;
        snprintf(full, sizeof full, "%s%s%s", area, area[0] != '\0' ? "/" : "", e->d_name);
        consider(best, wanted, str_from(full));
    }
    closedir(d);
}

static enum status unknown_zone(str name, struct error *why)
{
    static const char *const areas[] = { "",          "Africa", "America", "Asia",   "Atlantic",
                                         "Australia", "Europe", "Indian",  "Pacific" };
    /* at most three slips, and less than half of the name */
    struct nearest best = { .distance = name.len >= 6 ? 4 : (unsigned)(name.len + 1) / 2 };
    for (size_t i = 0; i < ARRAY_LEN(areas); i++)
        suggest_in(&best, name, areas[i]);
    if (best.name[0] != '\0')
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "unknown time zone \"%.*s\" (did you mean \"%s\"?)",
                         STR_ARG(name),
                         best.name);
    return error_set(why,
                     STATUS_NOT_FOUND,
                     "unknown time zone \"%.*s\"; use a tz database name such as Europe/London",
                     STR_ARG(name));
}

enum status zone_open(str name, struct zone **out, struct error *why)
{
    char path[128];
    str tzif = STR_EMPTY;
    if (!name_is_safe(name) || str_starts(name, STR("right/"))) /* right/: with leap seconds */
        return unknown_zone(name, why);
    snprintf(path, sizeof path, "%s/%.*s", ZONE_FOLDER, STR_ARG(name));
    if (!file_exists(ZONE_FOLDER))
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "no time zones on this machine (%s); install the package tzdata",
                         ZONE_FOLDER);
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = file_read(path, ZONE_FILE_MAX, a, &tzif, NULL);
    if (st != STATUS_OK || !str_starts(tzif, STR("TZif")))
        st = unknown_zone(name, why);
    else
        st = zone_parse(tzif, name, out, why);
    arena_free(a);
    return st;
}

str zone_database_version(struct arena *a)
{
    static const char head[] = "# version ";
    str text = STR_EMPTY;
    if (file_read(ZONE_FOLDER "/tzdata.zi", (size_t)4 * ZONE_FILE_MAX, a, &text, NULL) != STATUS_OK)
        return STR("unknown");
    const str line = str_take_until(&text, '\n');
    return str_starts(line, str_from(head)) ? str_skip(line, sizeof head - 1) : STR("unknown");
}
