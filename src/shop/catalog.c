/* The shop's KPI definitions: the built-in catalogue and the files of kpis/. */
#include "base/system_error.h"
#include "shop/shop_priv.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define KPI_FILES_MAX 1000

struct file_list {
    const char *items[KPI_FILES_MAX];
    size_t count;
};

static int compare_paths(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;
    return strcmp(*x, *y);
}

static bool is_yaml(str name)
{
    return name.ptr[0] != '.' && (str_ends(name, STR(".yaml")) || str_ends(name, STR(".yml")));
}

static enum status list_files(const char *folder,
                              struct arena *a,
                              struct file_list *out,
                              struct error *why)
{
    enum status st = STATUS_OK;
    DIR *d = opendir(folder);
    if (d == NULL)
        return errno == ENOENT
                   ? STATUS_OK
                   : error_set(
                         why, status_from_errno(errno), "%s: %s", folder, error_system(why, errno));
    for (struct dirent *e = readdir(d); e != NULL && st == STATUS_OK; e = readdir(d)) {
        if (!is_yaml(str_from(e->d_name)))
            continue;
        char *path = path_join(a, folder, e->d_name);
        if (path == NULL)
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
        else if (out->count == KPI_FILES_MAX)
            st = error_set(
                why, STATUS_TOO_LARGE, "%s: more than %d definition files", folder, KPI_FILES_MAX);
        else
            out->items[out->count++] = path;
    }
    closedir(d);
    qsort(out->items, out->count, sizeof out->items[0], compare_paths);
    return st;
}

/* What shop.yaml says, when nobody asks for another one. Its other lines are checked when the shop
 * is opened. */
static str dialect_of_shop(const char *dir, struct arena *a)
{
    struct problems p;
    str dialect = STR_EMPTY;
    problems_init(&p, a, LANG_EN);
    const char *path = path_join(a, dir, "shop.yaml");
    if (path == NULL || !file_exists(path))
        return STR_EMPTY;
    const struct yaml_node *n = yaml_get(yaml_parse_file(path, NULL, a, &p), "dialect");
    return yaml_str(n, &p, &dialect) && kpi_dialect_is_known(dialect) ? dialect : STR_EMPTY;
}

/* The catalogue of the folder's files; `edited`: in place of the file of that name, or beside them.
 */
static enum status load(const char *dir,
                        str dialect,
                        const struct kpi_file *edited,
                        struct problems *p,
                        struct kpi_catalog **out,
                        struct error *why)
{
    struct arena *a = arena_new(0);
    struct file_list *files = mem_new(1, sizeof *files);
    const char *folder = a != NULL ? path_join(a, dir, "kpis") : NULL;
    enum status st = folder == NULL || files == NULL
                         ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                         : list_files(folder, a, files, why);
    size_t n = 0;
    for (size_t i = 0; st == STATUS_OK && i < files->count; i++) {
        const bool is_edited =
            edited != NULL && str_eq(path_base(str_from(files->items[i])), path_base(edited->name));
        if (!is_edited)
            files->items[n++] = files->items[i];
    }
    if (st == STATUS_OK) {
        if (dialect.len == 0)
            dialect = dialect_of_shop(dir, a);
        else if (str_is(dialect, "own"))
            dialect = STR_EMPTY;
        const struct kpi_load_options opt = { .shop_files = edited,
                                              .n_shop_files = edited != NULL,
                                              .shop_paths = files->items,
                                              .n_shop_paths = n,
                                              .dialect = dialect };
        st = kpi_catalog_load(&opt, p, out, why);
    }
    mem_free(files);
    arena_free(a);
    return st;
}

enum status shop_catalog(
    const char *dir, str dialect, struct problems *p, struct kpi_catalog **out, struct error *why)
{
    return load(dir, dialect, NULL, p, out, why);
}

enum status catalog_with(const char *dir,
                         const struct kpi_file *edited,
                         struct problems *p,
                         struct kpi_catalog **out,
                         struct error *why)
{
    return load(dir, STR_EMPTY, edited, p, out, why);
}
